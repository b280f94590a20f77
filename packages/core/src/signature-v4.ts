import { createHash, createHmac } from 'node:crypto'

/** What is signed, and with what. */
export interface SigningInput {
  readonly method: string
  readonly host: string
  /** With its query, as on the request line. */
  readonly path: string
  /** Name, value, name, value… */
  readonly headers: readonly string[]
  readonly body: Buffer | 'unread' | undefined
  readonly region: string
  readonly service: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  /** Epoch milliseconds. */
  readonly now: number
}

type Header = readonly [name: string, value: string]

/** Of the caller's headers those that a proxy on the way leaves alone. */
const signedWhenSent = /^(content-type|content-md5|range|x-amz-.*)$/
const objectStorage = 's3'

/**
 * The headers that sign a request (AWS General Reference, "Create a signed AWS API request"). A body that is not
 * read goes unsigned, which only object storage takes.
 */
export function signedHeaders(input: SigningInput): Header[] {
  const time = new Date(input.now).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const isObjectStorage = input.service === objectStorage
  const bodyHash = input.body === 'unread' ? 'UNSIGNED-PAYLOAD' : sha256(input.body ?? Buffer.alloc(0))
  const added: Header[] = [
    ['x-amz-date', time],
    ...(isObjectStorage ? [['x-amz-content-sha256', bodyHash] as const] : []),
    ...(input.sessionToken === undefined ? [] : [['x-amz-security-token', input.sessionToken] as const]),
  ]
  const headers = canonicalHeaders([['host', input.host], ...added, ...sent(input.headers, added)])
  const names = headers.map(([name]) => name).join(';')
  const [path = '/', query = ''] = splitAt(input.path, '?')
  const canonical = [
    input.method,
    isObjectStorage ? path : path.split('/').map(encoded).join('/'),
    canonicalQuery(query),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    bodyHash,
  ].join('\n')
  const date = time.slice(0, 8)
  const scope = `${date}/${input.region}/${input.service}/aws4_request`
  const key = [date, input.region, input.service, 'aws4_request'].reduce<Buffer>(
    (derived, part) => hmac(derived, part),
    Buffer.from(`AWS4${input.secretAccessKey}`),
  )
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex')
  const credential = `Credential=${input.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return [...added, ['authorization', `AWS4-HMAC-SHA256 ${credential}`]]
}

function sent(raw: readonly string[], added: readonly Header[]): Header[] {
  const own = new Set(added.map(([name]) => name))
  return raw.flatMap((name, index): Header[] => {
    const key = name.toLowerCase()
    if (index % 2 === 1 || !signedWhenSent.test(key) || own.has(key)) return []
    return [[key, raw[index + 1] ?? '']]
  })
}

/** In order of name, values of one name joined, runs of spaces made one. */
function canonicalHeaders(headers: readonly Header[]): Header[] {
  const byName = new Map<string, string[]>()
  for (const [name, value] of headers) {
    byName.set(name, [...(byName.get(name) ?? []), value.trim().replace(/ +/g, ' ')])
  }
  return [...byName]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, values]) => [name, values.join(',')])
}

function canonicalQuery(query: string): string {
  if (query === '') return ''
  return query
    .split('&')
    .map((pair) => splitAt(pair, '=').map((part) => encoded(decoded(part))))
    .map(([name = '', value = '']) => [name, value] as const)
    .sort(([name, value], [otherName, otherValue]) =>
      name === otherName ? (value < otherValue ? -1 : 1) : name < otherName ? -1 : 1,
    )
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** RFC 3986 §2.3: all but the unreserved characters. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
