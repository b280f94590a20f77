import type { JsonValue, OperationBody } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { Random } from '../ports.ts'
import { slotRules } from '../template/slots.ts'
import { bounded } from './bounded.ts'
import { contextOf } from './evaluate.ts'
import type { Run } from './frame.ts'
import { multipartBody } from './multipart.ts'
import {
  operationTemplate,
  renderEach,
  renderJson,
  renderMembers,
  renderText,
  renderValue,
  textOf,
} from './render.ts'
import type { Scope } from './scope.ts'
import { xml } from './steps/xml.ts'

/** A body as it is sent. */
export interface RenderedBody {
  readonly content: Buffer
  /** Unless the headers say otherwise. */
  readonly type: string
}

/** @throws SallyportError step_failed */
export async function renderBody(body: OperationBody, scope: Scope, run: Run): Promise<RenderedBody> {
  if ('json' in body) {
    // A body that is to be JSON is never nothing at all.
    const text = JSON.stringify(renderJson(body.json, scope) ?? null)
    return { content: Buffer.from(text), type: 'application/json' }
  }
  if ('form' in body) {
    const members = renderMembers(body.form, scope)
    const fields = new URLSearchParams(body.brackets ? bounded(bracketPairs(members)) : pairsOf(members))
    return { content: Buffer.from(fields.toString()), type: 'application/x-www-form-urlencoded' }
  }
  if ('multipart' in body) return renderMultipart(body.multipart, scope, run.ports.random)
  if ('xml' in body)
    return { content: Buffer.from(await xmlText(body.xml, scope, run)), type: 'application/xml' }
  const text = textOf(renderValue(body.raw, scope, 'text') ?? '')
  return { content: decoded(text, body.encoding), type: headerText(body.contentType, scope) }
}

/** Names with their values: a list repeats its name, and null leaves it out. */
export function pairsOf(members: Readonly<Record<string, JsonValue>>): [name: string, value: string][] {
  return Object.entries(members).flatMap(([name, value]) =>
    [value].flat().flatMap((item): [string, string][] => (item === null ? [] : [[name, textOf(item)]])),
  )
}

/** As `items[0][price]`. */
function bracketPairs(value: JsonValue, name = '', pairs: [name: string, value: string][] = []) {
  if (value === null) return pairs
  if (typeof value === 'object') {
    for (const [member, inner] of Object.entries(value))
      bracketPairs(inner, name === '' ? member : `${name}[${member}]`, pairs)
  } else pairs.push([name, textOf(value)])
  return pairs
}

/** @throws SallyportError step_failed, where a value would end the header */
export function headerText(text: string, scope: Scope): string {
  const written = slotRules.header.write(renderText(operationTemplate(text), scope, 'header'))
  if (written === undefined) {
    throw new SallyportError('step_failed', { message: 'A header must be printable ASCII on one line.' })
  }
  return written
}

type Multipart = Extract<OperationBody, { multipart: unknown }>['multipart']

function renderMultipart(parts: Multipart, scope: Scope, random: Random): RenderedBody {
  const values = renderEach(
    parts.map(({ value }) => value),
    scope,
  )
  const rendered = parts.flatMap(({ name, filename, contentType, encoding }, at) => {
    const content = values[at]
    if (content === undefined || content === null) return []
    const text = (template: string | undefined) =>
      template === undefined ? undefined : renderText(operationTemplate(template), scope, 'text')
    return [
      {
        name,
        filename: text(filename),
        contentType: contentType === undefined ? undefined : headerText(contentType, scope),
        content: decoded(textOf(content), encoding),
      },
    ]
  })
  return multipartBody(rendered, random)
}

/** Text as it is, and an object as the xml step builds it. */
async function xmlText(from: JsonValue, scope: Scope, run: Run): Promise<string> {
  const value = renderJson(from, scope) ?? ''
  if (typeof value === 'string') return value
  const step = { action: 'build', from: value, attributePrefix: '@', textName: '#text' } as const
  return (await xml(step, contextOf(run))) as string
}

/** @throws SallyportError step_failed */
export function decoded(text: string, encoding: 'text' | 'base64'): Buffer {
  if (encoding === 'text') return Buffer.from(text)
  const bytes = Buffer.from(text, 'base64')
  const isBase64 = /^[A-Za-z0-9+/_-]*={0,2}$/.test(text.replaceAll(/\s/g, ''))
  if (!isBase64) throw new SallyportError('step_failed', { message: 'What is sent as base64 is none.' })
  return bytes
}
