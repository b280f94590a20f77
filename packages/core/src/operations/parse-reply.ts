import type { JsonValue, ReplySelection } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { valueAtPointer } from '../json-pointer.ts'
import type { WholeReply } from './collect.ts'
import { contextOf } from './evaluate.ts'
import type { Run } from './frame.ts'
import { xml } from './steps/xml.ts'

const mostLevels = 200

type Form = Exclude<ReplySelection['as'], 'auto' | 'stream'>

/** A reply's body as the step wants it, or as its Content-Type says. @throws SallyportError step_failed */
export async function parsedBody(
  run: Run,
  { headers, body }: WholeReply,
  as: ReplySelection['as'],
): Promise<JsonValue> {
  const type = mediaType(headers['content-type'])
  const form = as === 'auto' || as === 'stream' ? formOf(type, body) : as
  if (body.length === 0) return null
  return form === 'xml' ? parsedXml(run, body) : parsers[form](body)
}

const parsers: Readonly<Record<Exclude<Form, 'xml'>, (body: Buffer) => JsonValue>> = {
  json: parsedJson,
  text: (body) => body.toString('utf8'),
  base64: (body) => body.toString('base64'),
}

/** Many an API calls its JSON text/plain, or nothing at all. */
function formOf(type: string, body: Buffer): Form {
  if (/[/+]json$/.test(type)) return 'json'
  if (/[/+]xml$/.test(type)) return 'xml'
  if (type.startsWith('text/') || type === 'application/x-www-form-urlencoded') return 'text'
  return type === '' && /^\s*[{["]/.test(body.subarray(0, 100).toString('latin1')) ? 'json' : 'base64'
}

function mediaType(contentType: string | undefined): string {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** As the xml step reads it. */
async function parsedXml(run: Run, body: Buffer): Promise<JsonValue> {
  const step = {
    action: 'parse',
    from: body.toString('utf8'),
    attributePrefix: '@',
    textName: '#text',
  } as const
  return (await xml(step, contextOf(run))) as JsonValue
}

/** What an API may answer is nested less deeply than what runs writers of JSON out of their stack. */
function parsedJson(body: Buffer): JsonValue {
  const text = body.toString('utf8').replace(/^\ufeff/, '')
  if (levelsOf(body) > mostLevels) {
    throw new SallyportError('step_failed', {
      message: `The API answered JSON with more than ${mostLevels} levels. Take it \`as: text\`, or \`as: stream\`.`,
    })
  }
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    throw new SallyportError('step_failed', {
      message: 'The API answered with a body that is not JSON. Take it `as: text`, or ask the API for JSON.',
    })
  }
}

function levelsOf(body: Buffer): number {
  let [levels, deepest, isText] = [0, 0, false]
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index]
    if (isText) {
      if (byte === 0x5c) index += 1
      else if (byte === 0x22) isText = false
    } else if (byte === 0x22) isText = true
    else if (byte === 0x7b || byte === 0x5b) {
      levels += 1
      if (levels > deepest) deepest = levels
    } else if (byte === 0x7d || byte === 0x5d) levels -= 1
  }
  return deepest
}

/** The part of a body that is kept, or the parts by name; null for what is not there. */
export function picked(body: JsonValue, pick: ReplySelection['pick']): JsonValue {
  if (pick === undefined) return body
  const at = (path: string) => (valueAtPointer(body, path) as JsonValue | undefined) ?? null
  if (typeof pick === 'string') return at(pick)
  return Object.fromEntries(Object.entries(pick).map(([name, path]) => [name, at(path)]))
}
