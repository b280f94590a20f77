import { plainWords, secretRemover } from '../schemes/provider-words.ts'

const longestBody = 8192
/** Of what is no document: far more than is shown of it. */
const mostRead = 4096
const deepest = 64

/** Names whose values are nobody's business, however short or odd those are. */
const secretName =
  /token|secret|passw|passphrase|assertion|verifier|credential|session|cookie|api.?key|signature|^(code|key|sid|pin|otp|ticket|auth_code|device_code|proof|sig)$/i
/** Names that only sound like those. */
const harmlessName =
  /(type|type_hint|hint|method|methods_supported|expires?(_?(in|at))?|uri|url|endpoint|count|limit)$/i

/** Takes secrets out of what passed between us and a provider: those that are known, and what looks like one. */
export interface Redaction {
  text(value: string): string
  url(value: string): string
  headers(values: Readonly<Record<string, string>>): Record<string, string>
  body(contentType: string | undefined, body: string): string
}

export interface RedactionOptions {
  /** What stands in here is nobody's secret, however random it looks. */
  readonly written?: string
  /** Show forms and queries as they are sent, and not as they are read. */
  readonly keepsEncoding?: boolean
}

/** `known` in clear text: it stays in here. */
export function redaction(
  known: readonly string[],
  { written = '', keepsEncoding = false }: RedactionOptions = {},
): Redaction {
  const withoutKnown = secretRemover(known)
  const text = (value: string) =>
    withoutKnown(value).replace(/[\w~+/=.-]{24,}/g, (run) => (looksRandom(run, written) ? '[...]' : run))
  const field = (name: string, value: string) =>
    secretName.test(name) && !harmlessName.test(name) && value !== '' ? '[secret]' : text(value)
  const form = (value: string) =>
    value
      // What comes after as many is cut off anyhow.
      .split('&', longestBody)
      .map((pair) => {
        const [name = '', ...rest] = pair.split('=')
        if (rest.length === 0) return text(name)
        const given = rest.join('=')
        const read = decoded(given)
        const shown = field(decoded(name), read)
        return `${text(name)}=${keepsEncoding && shown === read ? given : shown}`
      })
      .join('&')
  const walk = (name: string, value: unknown, depth = 0): unknown => {
    if (depth > deepest) return '[...]'
    if (typeof value === 'string') return field(name, value)
    if (typeof value === 'number') return field(name, String(value)) === '[secret]' ? '[secret]' : value
    if (Array.isArray(value)) return value.map((item) => walk(name, item, depth + 1))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([inner, item]) => [text(inner), walk(inner, item, depth + 1)]),
    )
  }
  const url = (value: string) => {
    const mark = value.indexOf('?')
    return mark === -1 ? text(value) : `${text(value.slice(0, mark))}?${form(value.slice(mark + 1))}`
  }
  return {
    text,
    url,
    headers: (values) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          header(name, value, /^(https?:\/)?\//i.test(value) ? url : text),
        ]),
      ),
    body(contentType, body) {
      const json = parsed(body)
      if (json !== undefined) return JSON.stringify(walk('', json)).slice(0, longestBody)
      if (contentType?.includes('form-urlencoded')) return form(body).slice(0, longestBody)
      // A page, or what nobody can read member by member: a few words, to recognize it by.
      return `${plainWords(withoutMembers(text(body).slice(0, mostRead)), 200)} (${Buffer.byteLength(body)} bytes)`
    },
  }
}

/** `X-Auth`, `X-Authorization`, `Proxy-Authorization`; what a server answers about authentication is none. */
const secretHeader = /(^|[-_])(auth|authorization|key|sid|ticket)$/

function header(name: string, value: string, text: (value: string) => string): string {
  const key = name.toLowerCase()
  if (key === 'authorization') return `${value.split(' ', 1)[0]} [secret]`
  if (key === 'dpop' || secretHeader.test(key) || secretName.test(key)) return '[secret]'
  return text(value)
}

/** `name=value` and `<name>value` whose name says that it is secret, in what is no document. */
function withoutMembers(value: string): string {
  return value.replace(
    /((?:token|secret|passw|session|code|ticket|assertion|sid|api.?key)[\w-]{0,100}["']?\s{0,9}[:=>]\s{0,9}["']?)[^"'&\s,}<]+/gi,
    '$1[...]',
  )
}

/** Our own ids say where a redirect URI leads, and open nothing. */
const ourId = /^[a-z]{3}_[0-9a-z]{25}$/

/** Digits among letters, and nothing that reads as words: host names and paths stay. */
function looksRandom(run: string, written: string): boolean {
  const parts = run.split(/[/.=-]/).filter((part) => !ourId.test(part) && !written.includes(part))
  const longest = parts.reduce((most, part) => Math.max(most, part.length), 0)
  return longest >= 24 && /\d/.test(run) && /[a-z]/i.test(run)
}

function parsed(body: string): unknown {
  if (!/^\s*[{["]/.test(body)) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return value
  }
}
