/** The pair in `Authorization: Basic …` (RFC 7617), or nothing if it cannot be read. */
export function basicCredentials(
  authorization: string | undefined,
): { user: string; password: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined

  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? undefined : { user: pair.slice(0, colon), password: pair.slice(colon + 1) }
}
