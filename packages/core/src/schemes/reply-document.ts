import { valueAtPointer } from '../json-pointer.ts'
import type { CredentialReplyOutput } from './scheme.ts'
import { parseStrictJson } from './strict-json.ts'
import { parseXml } from './xml.ts'

/** What a provider answered, readable by paths. */
export interface ReplyDocument {
  /** The value at a JSON Pointer, `header:Name` or `cookie:name`; undefined when there is none. */
  at(path: string): unknown
}

/** Reads a reply as what it says that it is, else as what it looks like; undefined when it is neither. */
export function readReplyDocument(
  reply: Pick<CredentialReplyOutput, 'headers' | 'cookies' | 'body'>,
): ReplyDocument | undefined {
  const body = readBody(reply.headers['content-type'], reply.body)
  return body && documentOf(reply, body.value)
}

/** A reply's headers and cookies, whatever its body is. */
export function readReplyHead(reply: Pick<CredentialReplyOutput, 'headers' | 'cookies'>): ReplyDocument {
  return documentOf(reply, undefined)
}

function documentOf(reply: Pick<CredentialReplyOutput, 'headers' | 'cookies'>, body: unknown): ReplyDocument {
  return {
    at(path) {
      if (path.startsWith('header:')) return reply.headers[path.slice('header:'.length).toLowerCase()]
      if (path.startsWith('cookie:')) return cookieNamed(reply.cookies, path.slice('cookie:'.length))
      return valueAtPointer(body, path)
    },
  }
}

function readBody(contentType: string | undefined, bytes: Buffer): { readonly value: unknown } | undefined {
  if (bytes.length === 0) return { value: undefined }
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/x-www-form-urlencoded') return readForm(bytes.toString('utf8'))
  if (/[/+]json$/.test(type)) return readJson(bytes)
  const text = decoded(bytes)
  if (text === undefined) return undefined
  if (/[/+]xml$/.test(type)) return readXml(text)
  const trimmed = text.trimStart()
  // Many an API calls its JSON or XML text/plain, or text/html.
  if (/^[{["]/.test(trimmed)) return readJson(bytes)
  if (trimmed.startsWith('<')) return /^<(?:!doctype\s+html|html)/i.test(trimmed) ? undefined : readXml(text)
  if (type === 'text/html') return undefined
  if (/^[\w.-]+=[^\s]*$/.test(trimmed.trimEnd()) && type !== '') return readForm(trimmed.trimEnd())
  return { value: trimmed.trimEnd() }
}

function readJson(bytes: Buffer): { readonly value: unknown } | undefined {
  const value = parseStrictJson(bytes)
  return value === undefined || value === null ? undefined : { value }
}

function readXml(text: string): { readonly value: unknown } | undefined {
  const value = parseXml(text)
  return value === undefined ? undefined : { value }
}

/** RFC 6749 §3.2 forbids parameters that stand twice. */
function readForm(text: string): { readonly value: unknown } | undefined {
  const pairs = [...new URLSearchParams(text)]
  const value = Object.fromEntries(pairs)
  return Object.keys(value).length === pairs.length ? { value } : undefined
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function cookieNamed(lines: readonly string[], name: string): string | undefined {
  for (const line of lines) {
    const [pair = ''] = line.split(';', 1)
    const mark = pair.indexOf('=')
    if (mark > 0 && pair.slice(0, mark).trim() === name)
      return pair
        .slice(mark + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1')
  }
  return undefined
}
