import { isIP } from 'node:net'
import { domainToUnicode } from 'node:url'

/** An address taken apart once, so that what is checked and what is dialled cannot differ. */
export interface ParsedUrl {
  readonly protocol: 'http:' | 'https:'
  /** Lower case, A-labels, without a trailing dot; IPv6 in brackets. */
  readonly hostname: string
  /** The host without brackets when it is an IP address. */
  readonly address: string | undefined
  readonly port: number
  readonly origin: string
  /** Begins with `/`. */
  readonly path: string
  /** Empty, or begins with `?`. */
  readonly query: string
}

// WHATWG strips tabs and newlines and reads a backslash as a slash: `good.com\t.evil.com` is good.com.evil.com.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const refused = /[\u0000-\u0020\u007f\\]|\p{Surrogate}/u
const authorityAt = /^(https?):\/\/([^/?#]+)([^#]*)/i
const authorityShape = /^(\[[0-9a-f:.]+\]|[^:[\]@%]+)(?::([1-9][0-9]{0,4}))?$/i
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** Default port of a scheme. */
export const defaultPorts = { 'http:': 80, 'https:': 443 } as const

/**
 * An absolute http or https address, or undefined. Refuses whatever two parsers could read differently:
 * userinfo, control characters, backslashes, escapes in the host, and hosts that mean another than is
 * written (`127.1`, full-width letters). A fragment is left out.
 */
export function parseUrl(text: string): ParsedUrl | undefined {
  if (refused.test(text)) return undefined
  const [, scheme, authority, rest] = authorityAt.exec(text) ?? []
  const [, written, writtenPort] = authorityShape.exec(authority ?? '') ?? []
  if (scheme === undefined || written === undefined) return undefined

  const protocol = scheme.toLowerCase() === 'https' ? 'https:' : 'http:'
  const port = writtenPort === undefined ? defaultPorts[protocol] : Number(writtenPort)
  if (port > 65535) return undefined
  const host = canonicalHost(written)
  if (host === undefined) return undefined

  const parsed = parseOrNothing(`${protocol}//${host}:${port}${rest}`)
  if (!parsed) return undefined
  const name = parsed.hostname
  const origin = `${protocol}//${name}${port === defaultPorts[protocol] ? '' : `:${port}`}`
  const bare = name.startsWith('[') ? name.slice(1, -1) : name
  const address = isIP(bare) === 0 ? undefined : bare
  return { protocol, hostname: name, address, port, origin, path: parsed.pathname, query: parsed.search }
}

/** As WHATWG would write it, provided that it would read it as it is written. */
function canonicalHost(written: string): string | undefined {
  // Not toLowerCase: the Kelvin sign would become k.
  const lower = written.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/\.$/, '')
  const host = parseOrNothing(`https://${lower}/`)?.hostname
  if (host === undefined || host.startsWith('[')) return host
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is meant
  const asWritten = /^[\u0000-\u007f]*$/.test(lower) ? host : domainToUnicode(host)
  return asWritten === lower && isHostname(host) ? host : undefined
}

function isHostname(host: string): boolean {
  return host.length <= 253 && host.split('.').every((part) => label.test(part))
}

function parseOrNothing(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
