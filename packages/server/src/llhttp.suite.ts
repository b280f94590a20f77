import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where llhttp's own cases lie, beside the repository or where the variable says. */
const folder = `${process.env.SALLYPORT_CORPORA ?? fileURLToPath(new URL('../../../../shared/corpora', import.meta.url))}/llhttp`

/** Whether the cases are there; without them, tests pass on their own cases alone, and say so. */
export const hasLlhttpCases = existsSync(folder)
if (!hasLlhttpCases) console.error(`llhttp’s cases are not in ${folder}: they are not tried.`)

/** One message as llhttp reads it. */
export interface ParsedMessage {
  /** Where it begins in the bytes. */
  readonly offset: number
  readonly method: string
  readonly url: { readonly text: string; readonly offset: number } | undefined
  readonly status: number | undefined
  readonly version: string
  /** Where the version ends, the last thing of a request line. */
  readonly lineEnd: number | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly headersComplete: boolean
  readonly complete: boolean
}

/** A stream of bytes, and how llhttp declares that it is read. */
export interface LlhttpCase {
  readonly name: string
  /** `request`, `response`, or one of the lenient modes, which nobody switches on here. */
  readonly type: string
  readonly bytes: Buffer
  readonly messages: readonly ParsedMessage[]
  /** Why nothing more is read; undefined where all is well. */
  readonly error: string | undefined
}

/** The cases of one of llhttp's files. */
export function llhttpCases(file: string): readonly LlhttpCase[] {
  const text = readFileSync(`${folder}/${file}`, 'utf8')
  const found: LlhttpCase[] = []
  const pattern =
    /^#+ (?<title>.+)$|<!-- meta=(?<meta>\{.*?\}) -->\s*```http\n(?<http>(?:(?!```)[\s\S])*)```(?:(?!```)[\s\S])*```log\n(?<log>(?:(?!```)[\s\S])*)```/gm
  const titles = new Map<string, number>()
  let title = ''
  for (const { groups = {} } of text.matchAll(pattern)) {
    if (groups.title !== undefined) title = groups.title
    if (groups.http === undefined) continue
    const { type, skipBody } = JSON.parse(groups.meta ?? '{}') as { type?: string; skipBody?: boolean }
    // The parser is told to read no body, which no server does.
    if (skipBody) continue
    const count = (titles.get(title) ?? 0) + 1
    titles.set(title, count)
    const bytes = bytesOf(groups.http)
    found.push({
      name: `${file.replace('.md', '')}: ${title}${count > 1 ? ` (${count})` : ''}`,
      type: type ?? '',
      bytes,
      messages: messagesIn(bytes, groups.log ?? ''),
      error: /^off=\d+ error code=\d+ reason="(.*)"$/m.exec(groups.log ?? '')?.[1],
    })
  }
  return found
}

/** As llhttp's own test runner reads its files. */
function bytesOf(written: string): Buffer {
  const text = written
    .replace(/\n$/, '')
    .replace(/\\\n/g, '')
    .replace(/\n/g, '\r\n')
    .replace(/\\r/g, '\r')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\f/g, '\f')
    .replace(/\\x([0-9a-fA-F]+)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(text, 'latin1')
}

type Draft = { -readonly [Key in keyof ParsedMessage]: ParsedMessage[Key] } & {
  headers: (readonly [string, string])[]
}

function messagesIn(bytes: Buffer, log: string): readonly ParsedMessage[] {
  const messages: Draft[] = []
  for (const [, off, event = ''] of log.matchAll(/^off=(\d+) (.*)$/gm)) {
    if (event === 'message begin') messages.push(draft(Number(off)))
    const message = messages.at(-1)
    if (message) take(message, event, Number(off), bytes)
  }
  return messages
}

function draft(offset: number): Draft {
  return {
    offset,
    method: '',
    url: undefined,
    status: undefined,
    version: '',
    lineEnd: undefined,
    headers: [],
    body: '',
    headersComplete: false,
    complete: false,
  }
}

function take(message: Draft, event: string, offset: number, bytes: Buffer): void {
  const [, length = '0', kind] = /^len=(\d+) span\[(\w+)\]/.exec(event) ?? []
  const text = bytes.toString('latin1', offset, offset + Number(length))
  if (kind === 'method') message.method = text
  if (kind === 'url')
    message.url = { text: (message.url?.text ?? '') + text, offset: message.url?.offset ?? offset }
  if (kind === 'version') {
    message.version = text
    message.lineEnd = offset + Number(length)
  }
  if (kind === 'header_field') message.headers.push([text, ''])
  if (kind === 'header_value') {
    const [name = '', value = ''] = message.headers.pop() ?? []
    message.headers.push([name, value + text])
  }
  if (kind === 'body') message.body += text
  if (event.startsWith('headers complete')) {
    message.headersComplete = true
    const [, status] = / status=(\d+)/.exec(event) ?? []
    if (status !== undefined) message.status = Number(status)
  }
  if (event === 'message complete') message.complete = true
}
