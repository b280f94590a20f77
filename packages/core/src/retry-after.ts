// Date.parse makes a date of almost any words with a number in them; these are the three forms of a field.
const dateShape =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2}) \d{2}:\d{2}:\d{2} GMT$/
const asctimeShape = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/** Seconds from a Retry-After header, in either form (RFC 9110 §10.2.3); undefined when it says nothing. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value)
  const at = dateShape.test(value)
    ? Date.parse(value)
    : asctimeShape.test(value)
      ? Date.parse(`${value} GMT`)
      : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000))
}
