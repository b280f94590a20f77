const maximumDepth = 32

/**
 * Parses JSON as RFC 8259 wants it received: UTF-8, one document, no member named twice (JSON.parse would
 * keep the last), at most 32 levels. Undefined when it is anything else.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    return hasDuplicatesOrDepth(text) ? undefined : value
  } catch {
    return undefined
  }
}

/** Walks text that JSON.parse accepted, so only strings and brackets need to be told apart. */
function hasDuplicatesOrDepth(text: string): boolean {
  const levels: (Set<string> | undefined)[] = []
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs
  for (const [found, colon] of text.matchAll(token)) {
    if (found === '{') levels.push(new Set())
    else if (found === '[') levels.push(undefined)
    else if (found === '}' || found === ']') levels.pop()
    else if (colon !== undefined) {
      const names = levels.at(-1)
      const name = JSON.parse(found.slice(0, found.length - colon.length)) as string
      if (names?.has(name)) return true
      names?.add(name)
    }
    if (levels.length > maximumDepth) return true
  }
  return false
}
