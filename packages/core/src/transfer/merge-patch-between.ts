/** The JSON merge patch (RFC 7396) that makes `after` of `before`; undefined where they are the same. */
export function mergePatchBetween(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : after
  }
  const patch: [string, unknown][] = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!Object.hasOwn(after, name) || after[name] === undefined) {
      if (before[name] !== undefined) patch.push([name, null])
      continue
    }
    const own = Object.hasOwn(before, name) ? before[name] : undefined
    const part = mergePatchBetween(own, after[name])
    if (part !== undefined) patch.push([name, part])
  }
  return patch.length > 0 ? Object.fromEntries(patch) : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
