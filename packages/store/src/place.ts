/**
 * Where a database lives, as it says itself: names with values that a copy of it has other ones for. What cannot be
 * found out has no name in it.
 */
export type Place = Readonly<Record<string, string>>

/** Whether two are one: what both name is the same, and they name something in common. */
export function isSamePlace(one: Place, other: Place): boolean {
  const common = Object.keys(one).filter((name) => name in other)
  return common.length > 0 && common.every((name) => one[name] === other[name])
}
