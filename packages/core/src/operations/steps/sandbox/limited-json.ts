/**
 * How many characters of `longest` JSON text leaves, less than none when it would be longer: found out before it is
 * made, because the same object may stand in a value often, and in each of those often again.
 */
export function charactersLeft(value: unknown, longest: number): number {
  let left = longest
  const pending: unknown[] = [value]
  while (pending.length > 0 && left >= 0) {
    const next = pending.pop()
    if (typeof next === 'string') left -= next.length + 2
    else if (typeof next !== 'object' || next === null) left -= 1
    else if (Array.isArray(next)) {
      left -= next.length + 1
      if (left >= 0) for (const item of next) pending.push(item)
    } else {
      const names = Object.keys(next)
      for (const name of names) left -= name.length + 4
      if (left >= 0) for (const name of names) pending.push((next as Readonly<Record<string, unknown>>)[name])
    }
  }
  return left
}

/** JSON text, or undefined when it would be longer than so many characters. */
export function limitedJson(value: unknown, longest: number): string | undefined {
  return charactersLeft(value, longest) < 0 ? undefined : (JSON.stringify(value) ?? 'null')
}
