import { type ParsedUrl, parseUrl } from '../destination/url.ts'

/** Where a value stands, and so what it may be and how it is written there. */
export type Slot = 'label' | 'host' | 'url' | 'segment' | 'query' | 'header' | 'form' | 'json' | 'text'

interface SlotRule {
  /** The value as it is written there, or undefined when it may not stand there. */
  readonly write: (value: string) => string | undefined
  readonly expected: string
}

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** One rule for each slot; none looks at what other values are. */
export const slotRules = {
  label: {
    write: (value) => matching(value.toLowerCase(), label),
    expected: 'one label of a host name: at most 63 letters, digits and inner hyphens',
  },
  host: { write: writeHost, expected: 'the name of a host, without scheme, port or path' },
  url: { write: writeUrl, expected: 'an absolute http or https address without query or fragment' },
  segment: {
    write: (value) => (/^\.{0,2}$/.test(value) ? undefined : encode(value)),
    expected: 'well-formed text, neither empty nor . nor ..',
  },
  query: { write: encode, expected: 'well-formed text' },
  header: {
    write: (value) => matching(value, /^[\t\x20-\x7e]*$/),
    expected: 'printable ASCII on one line',
  },
  form: { write: withoutNul, expected: 'text without NUL' },
  json: { write: withoutNul, expected: 'text without NUL' },
  text: { write: withoutNul, expected: 'text without NUL' },
} as const satisfies Record<Slot, SlotRule>

function matching(value: string, pattern: RegExp): string | undefined {
  return pattern.test(value) ? value : undefined
}

function withoutNul(value: string): string | undefined {
  return value.includes('\0') ? undefined : value
}

/** RFC 3986 §2.3: all but the unreserved characters; a lone surrogate has no encoding. */
function encode(value: string): string | undefined {
  if (/[\0]|\p{Surrogate}/u.test(value)) return undefined
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function writeHost(value: string): string | undefined {
  const host = value.toLowerCase()
  if (!host.split('.').every((part) => label.test(part))) return undefined
  return parseUrl(`https://${host}`)?.hostname === host ? host : undefined
}

function writeUrl(value: string): string | undefined {
  const url: ParsedUrl | undefined = /[?#]/.test(value) ? undefined : parseUrl(value)
  return url && `${url.origin}${url.path === '/' ? '' : url.path}`
}
