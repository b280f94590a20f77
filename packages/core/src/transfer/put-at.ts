/** A copy with these texts at these JSON Pointers; lists and objects on the way are made where they are missing. */
export function putAt<Root extends object>(root: Root, texts: Readonly<Record<string, string>>): Root {
  const copy = structuredClone(root)
  for (const [path, text] of Object.entries(texts)) {
    const names = path.slice(1).split('/')
    const last = names.pop() ?? ''
    let holder = copy as Record<string, unknown>
    for (const [index, name] of names.entries()) {
      if (!Object.hasOwn(holder, name)) own(holder, name, isIndex(names[index + 1] ?? last) ? [] : {})
      const next = holder[name]
      if (typeof next !== 'object' || next === null) break
      holder = next as Record<string, unknown>
    }
    own(holder, last, text)
  }
  return copy
}

/** Never what an object inherits, whatever a pointer says. */
function own(holder: object, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true })
}

function isIndex(name: string): boolean {
  return /^\d+$/.test(name)
}
