/** The moment that the id of a record tells, in epoch milliseconds; undefined for what is no such id. */
export function timeInId(id: string): number | undefined {
  const digits = /^[a-z]{3}_([0-9a-z]{9})/.exec(id)?.[1]
  const at = digits === undefined ? Number.NaN : Number.parseInt(digits, 36)
  return at <= 8_640_000_000_000_000 - 1 ? at : undefined
}
