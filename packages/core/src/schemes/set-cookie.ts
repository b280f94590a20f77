/** A cookie as a reply sets it (RFC 6265 §5.2). */
export interface SetCookie {
  readonly name: string
  readonly value: string
  /** Undefined: as long as the session; 0 or less: deleted. */
  readonly lifetimeSeconds: number | undefined
  /** For https alone. */
  readonly secure: boolean
}

/** Reads `Set-Cookie` lines; what is no cookie is left out, and of one name the last stands. */
export function readCookies(lines: readonly string[], now: number): SetCookie[] {
  const cookies = new Map<string, SetCookie>()
  for (const line of lines) {
    const cookie = readCookie(line, now)
    if (cookie) cookies.set(cookie.name, cookie)
  }
  return [...cookies.values()]
}

/** Seconds that the cookie of a name lasts; undefined where its reply does not say. */
export function cookieLifetime(lines: readonly string[], name: string, now: number): number | undefined {
  return readCookies(lines, now).find((cookie) => cookie.name === name)?.lifetimeSeconds
}

const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/
const valuePattern = /^[\x20-\x3a\x3c-\x7e]{0,8192}$/

function readCookie(line: string, now: number): SetCookie | undefined {
  const [pair = '', ...attributes] = line.split(';')
  const mark = pair.indexOf('=')
  const [name, value] = [pair.slice(0, Math.max(mark, 0)).trim(), pair.slice(mark + 1).trim()]
  if (!namePattern.test(name) || !valuePattern.test(value)) return undefined
  const attribute = (wanted: string) => {
    const found = attributes.findLast((text) => text.split('=', 1)[0]?.trim().toLowerCase() === wanted)
    return found?.slice(found.indexOf('=') + 1).trim()
  }
  return {
    name,
    value,
    lifetimeSeconds: lifetime(attribute('max-age'), attribute('expires'), now),
    secure: attribute('secure') !== undefined,
  }
}

/** RFC 6265 §4.1.2.2: Max-Age has precedence. */
function lifetime(maxAge: string | undefined, expires: string | undefined, now: number): number | undefined {
  if (maxAge !== undefined && /^-?\d{1,12}$/.test(maxAge)) return Number(maxAge)
  const at =
    expires === undefined ? Number.NaN : Date.parse(expires.replaceAll(/(\d)-(\w{3})-(\d)/g, '$1 $2 $3'))
  return Number.isNaN(at) ? undefined : Math.floor((at - now) / 1000)
}
