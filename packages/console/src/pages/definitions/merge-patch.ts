import { isObject, isSame } from './draft.ts'

/** What a JSON merge patch (RFC 7396) has to say so that one value becomes another: only what differs, null for what goes. */
export function patchBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name))
  const entries = Object.entries(after).flatMap(([name, value]): [string, unknown][] => {
    const old = Object.hasOwn(before, name) ? before[name] : undefined
    if (old !== undefined && isSame(old, value)) return []
    if (!isObject(value)) return [[name, value]]
    // Members of what was no object come one by one, as a merge would take them.
    return [[name, isObject(old) ? patchBetween(old, value) : value]]
  })
  return Object.fromEntries([...gone.map((name) => [name, null] as const), ...entries])
}

/** What becomes of a value by a merge patch. */
export function patched(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(Object.entries(isObject(value) ? value : {}))
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) merged.delete(name)
    else merged.set(name, patched(merged.get(name), change))
  }
  return Object.fromEntries(merged)
}
