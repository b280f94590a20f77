/** Names of Sallyport's own cookies, as `server/http` sets them. */
const own = /^(__Host-)?sallyport(-|$)/i

/**
 * What is left of the caller's cookies without ours: a page at our own address that calls an API with a key has its
 * browser send the session along (C14). Undefined where nothing is left.
 */
export function withoutOwnCookies(value: string): string | undefined {
  if (!/sallyport/i.test(value)) return value
  const others = value.split(';').filter((pair) => !own.test((pair.split('=')[0] ?? '').trim()))
  return others.length === 0 ? undefined : others.join(';').trim()
}
