/** The cookies of one imaginary browser. */
export interface CookieJar {
  /** Takes a `Set-Cookie` value that came from this address. */
  set(from: URL | string, setCookie: string): void
  /** The `Cookie` header for a request to this address, or nothing. */
  header(to: URL | string): string | undefined
}

interface Cookie {
  name: string
  value: string
  path: string
  secure: boolean
}

/** Keeps cookies by host name, without regard to ports, as browsers do (RFC 6265 §8.5); `Domain` is ignored. */
export function cookieJar(): CookieJar {
  const byHost = new Map<string, Cookie[]>()

  return {
    set(from, setCookie) {
      const url = new URL(from)
      const { expired, ...cookie } = parsed(url, setCookie)
      const others = (byHost.get(url.hostname) ?? []).filter(
        ({ name, path }) => name !== cookie.name || path !== cookie.path,
      )
      byHost.set(url.hostname, expired ? others : [...others, cookie])
    },
    header(to) {
      const { hostname, pathname, protocol } = new URL(to)
      const fitting = (byHost.get(hostname) ?? [])
        .filter(({ path, secure }) => isBelow(pathname, path) && (!secure || protocol === 'https:'))
        .sort((one, other) => other.path.length - one.path.length)
      return fitting.length === 0
        ? undefined
        : fitting.map(({ name, value }) => `${name}=${value}`).join('; ')
    },
  }
}

function parsed(url: URL, setCookie: string): Cookie & { expired: boolean } {
  const [pair = '', ...rest] = setCookie.split(';')
  const attributes = new Map(rest.map(nameAndValue).map(([name, value]) => [name.toLowerCase(), value]))
  const [name, value] = nameAndValue(pair)
  const path = attributes.get('path')
  const maxAge = attributes.get('max-age')
  const expires = attributes.get('expires')
  return {
    name,
    value,
    path: path?.startsWith('/') ? path : url.pathname.slice(0, Math.max(1, url.pathname.lastIndexOf('/'))),
    secure: attributes.has('secure'),
    expired: maxAge === undefined ? Date.parse(expires ?? '') <= Date.now() : Number(maxAge) <= 0,
  }
}

function nameAndValue(pair: string): [string, string] {
  const equals = pair.indexOf('=')
  return equals === -1 ? [pair.trim(), ''] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
}

// RFC 6265 §5.1.4.
function isBelow(pathname: string, path: string): boolean {
  if (!pathname.startsWith(path)) return false
  return pathname.length === path.length || path.endsWith('/') || pathname[path.length] === '/'
}
