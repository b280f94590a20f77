/** One message of a stream of bytes, read as RFC 9112 says and not a bit more generously. */
export interface StrictMessage {
  /** Request line or status line. */
  readonly line: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** `unfinished`: more was announced than came. `closing`: what follows is nobody's. */
export type StrictEnd = 'clean' | 'closing' | 'unfinished' | 'refused'

export interface StrictStream {
  readonly messages: readonly StrictMessage[]
  readonly end: StrictEnd
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const requestLine = new RegExp(`^${token} +[\\x21-\\x7e]+ +HTTP/(?:0\\.9|1\\.0|1\\.1|2\\.0)$`)
const statusLine = /^HTTP\/(?:0\.9|1\.0|1\.1|2\.0) [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?$/
const field = new RegExp(`^(${token}):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \\t]*$`)
const chunkLine = /^([0-9a-fA-F]{1,8})((?:;[\t\x20-\x7e\x80-\xff]*)?)$/

/** All requests of a stream that may be passed on, up to the first that may not be believed. */
export function strictRequests(bytes: string): StrictStream {
  const messages: StrictMessage[] = []
  let at = 0
  while (at < bytes.length) {
    // Line ends before a message are let be (§2.2).
    if (isLineEnd(bytes[at])) {
      at += 1
      continue
    }
    const head = readHead(bytes, at, requestLine)
    if (typeof head === 'string') return { messages, end: head }
    const framing = requestFraming(head)
    if (framing === undefined) return { messages, end: 'refused' }
    const body = readBody(bytes, head.next, framing)
    if (typeof body === 'string') return { messages, end: body }
    if (isPassable(head)) messages.push({ line: head.line, headers: head.headers, body: body.text })
    if (closes(head)) return { messages, end: 'closing' }
    at = body.next
  }
  return { messages, end: 'clean' }
}

/** The final reply at the start of a stream, where the connection ends with the bytes. */
export function strictReply(bytes: string): StrictMessage | 'unfinished' | 'refused' {
  let at = 0
  for (;;) {
    while (isLineEnd(bytes[at])) at += 1
    const head = readHead(bytes, at, statusLine)
    if (typeof head === 'string') return head
    const status = Number(head.line.slice(9, 12))
    if (status === 101) return 'refused'
    at = head.next
    if (status < 200) continue
    const framing = replyFraming(head, status)
    if (framing === undefined) return 'refused'
    const body = readBody(bytes, at, framing)
    return typeof body === 'string' ? body : { line: head.line, headers: head.headers, body: body.text }
  }
}

function isLineEnd(character: string | undefined): boolean {
  return character === '\r' || character === '\n'
}

interface Head {
  readonly line: string
  readonly headers: readonly (readonly [string, string])[]
  readonly next: number
}

type Framing = number | 'chunked' | 'to the end'

function readHead(bytes: string, at: number, startLine: RegExp): Head | 'unfinished' | 'refused' {
  const end = bytes.indexOf('\r\n\r\n', at)
  const text = bytes.slice(at, end === -1 ? undefined : end)
  const [line = '', ...lines] = text.split('\r\n')
  const fields = lines.map((each) => field.exec(each))
  const isWrong = !startLine.test(line) || fields.some((match) => match === null)
  if (end === -1) return isWrong && text.includes('\r\n') ? 'refused' : 'unfinished'
  if (isWrong) return 'refused'
  return {
    line,
    headers: fields.map((match) => [match?.[1] ?? '', match?.[2] ?? ''] as const),
    next: end + 4,
  }
}

function values({ headers }: Head, name: string): string[] {
  return headers.filter((header) => header[0].toLowerCase() === name).map(([, value]) => value)
}

function requestFraming(head: Head): Framing | undefined {
  if (values(head, 'host').length === 0 && head.line.endsWith('1.1')) return undefined
  const encodings = encodingsOf(head)
  if (encodings.length === 0) return lengthOf(head, 0)
  return encodings.at(-1) === 'chunked' && !hasLength(head) ? 'chunked' : undefined
}

/** What is encoded in another way besides being chunked has an end, and is nothing to pass on. */
function isPassable(head: Head): boolean {
  return values(head, 'transfer-encoding').every(
    (value, index) => index === 0 && value.toLowerCase() === 'chunked',
  )
}

/** A reply that is not chunked last goes to the end of its connection (§6.3). */
function replyFraming(head: Head, status: number): Framing | undefined {
  const encodings = encodingsOf(head)
  if (encodings.length > 0 && hasLength(head)) return undefined
  const ending = encodings.at(-1) === 'chunked' ? 'chunked' : 'to the end'
  const framing = encodings.length > 0 ? ending : lengthOf(head, 'to the end')
  return framing !== undefined && (status === 204 || status === 304) ? 0 : framing
}

/** An empty list names no encoding. */
function encodingsOf(head: Head): string[] {
  const listed = values(head, 'transfer-encoding').flatMap((value) => value.split(','))
  return listed.map((each) => each.trim().toLowerCase()).filter((each) => each !== '')
}

function hasLength(head: Head): boolean {
  return values(head, 'content-length').length > 0
}

function lengthOf(head: Head, otherwise: Framing): Framing | undefined {
  const [length, ...more] = values(head, 'content-length')
  if (length === undefined) return otherwise
  return more.length === 0 && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

function readBody(
  bytes: string,
  at: number,
  framing: Framing,
): { readonly text: string; readonly next: number } | 'unfinished' | 'refused' {
  if (framing === 'to the end') return { text: bytes.slice(at), next: bytes.length }
  if (framing === 'chunked') return readChunks(bytes, at)
  if (bytes.length < at + framing) return 'unfinished'
  return { text: bytes.slice(at, at + framing), next: at + framing }
}

function readChunks(bytes: string, start: number): { text: string; next: number } | 'unfinished' | 'refused' {
  let text = ''
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return 'unfinished'
    const size = chunkLine.exec(bytes.slice(at, lineEnd))?.[1]
    if (size === undefined) return 'refused'
    const length = Number.parseInt(size, 16)
    if (length === 0) return readTrailers(bytes, lineEnd, text)
    const data = lineEnd + 2
    if (bytes.length < data + length + 2) return 'unfinished'
    if (!bytes.startsWith('\r\n', data + length)) return 'refused'
    text += bytes.slice(data, data + length)
    at = data + length + 2
  }
}

function readTrailers(bytes: string, lineEnd: number, text: string) {
  if (bytes.startsWith('\r\n\r\n', lineEnd)) return { text, next: lineEnd + 4 }
  const end = bytes.indexOf('\r\n\r\n', lineEnd)
  if (end === -1) return 'unfinished'
  const lines = bytes.slice(lineEnd + 2, end).split('\r\n')
  return lines.every((line) => field.test(line)) ? { text, next: end + 4 } : 'refused'
}

function closes(head: Head): boolean {
  // Node heeds the second as well, which old clients send.
  const options = [...values(head, 'connection'), ...values(head, 'proxy-connection')].join(',').toLowerCase()
  if (/(^|[, \t])close($|[, \t])/.test(options)) return true
  return !head.line.endsWith('1.1') && !options.includes('keep-alive')
}
