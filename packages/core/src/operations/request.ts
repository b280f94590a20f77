import type { OperationRequest } from '@sallyport/contract'
import type { RawHeaders } from '../call/request-headers.ts'
import { SallyportError } from '../error.ts'
import type { Template } from '../template/parse.ts'
import { type Slot, slotRules } from '../template/slots.ts'
import { boundedText } from './bounded.ts'
import type { Run } from './frame.ts'
import { operationTemplate, renderMembers, textOf, writtenValue } from './render.ts'
import { headerText, pairsOf, renderBody } from './request-body.ts'
import { type Scope, valueAt } from './scope.ts'

/** A request as the passage takes it, from any caller. */
export interface RenderedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: RawHeaders
  readonly body: Buffer | undefined
  readonly targetUrl: string | undefined
}

/** @throws SallyportError step_failed, profile_setting_missing */
export async function renderRequest(
  request: OperationRequest,
  scope: Scope,
  run: Run,
): Promise<RenderedRequest> {
  const { url } = request
  const written = url === undefined ? renderPath(request.path, scope) : renderUrl(url, scope)
  const [place = '', ownQuery = ''] = withoutFragment(written).split(/\?(.*)/s)
  const query = [ownQuery, renderQuery(request, scope)].filter((part) => part !== '').join('&')
  const body = request.body && (await renderBody(request.body, scope, run))
  const headers = renderHeaders(request, scope)
  const says = (name: string) => headers.some(([other]) => other.toLowerCase() === name)
  if (body && !says('content-type')) headers.push(['content-type', body.type])
  if (!says('accept')) headers.push(['accept', '*/*'])
  headers.push(['accept-encoding', 'gzip, deflate, br'])
  if (body) headers.push(['content-length', String(body.content.length)])
  return {
    method: request.method,
    path: url === undefined ? place.replace(/^\//, '') : '',
    query,
    headers: headers.flat(),
    body: body?.content,
    targetUrl: url === undefined ? undefined : place,
  }
}

/** Each value is one segment of the path, or one value of the query. */
function renderPath(text: string, scope: Scope): string {
  return joined(operationTemplate(text).parts, scope, '')
}

/** A value at the beginning is the address itself, or where it begins; the passage compares its host. */
function renderUrl(text: string, scope: Scope): string {
  const [first, ...rest] = operationTemplate(text).parts
  if (first?.kind !== 'placeholder') return joined(first ? [first, ...rest] : [], scope, '')
  if (rest.length > 0) return joined(rest, scope, writtenValue(first.name, scope, 'url').replace(/\/$/, ''))
  const value = valueAt(scope, first.name)
  if (typeof value === 'string' && /^https?:\/\//i.test(value)) return visible(value)
  const message = `{${first.name}} must be an absolute http or https address.`
  throw new SallyportError('step_failed', { message })
}

function joined(parts: Template['parts'], scope: Scope, begin: string): string {
  let written = begin
  for (const part of parts) {
    const next =
      part.kind === 'literal' ? visible(part.text) : writtenValue(part.name, scope, slotAfter(written))
    written = boundedText([written, next], 'url')
  }
  return written
}

function slotAfter(written: string): Slot {
  if (written.includes('?')) return 'query'
  return /^https?:\/\/[^/]*$/i.test(written) ? 'host' : 'segment'
}

/** What is written out may hold spaces and letters of any language; what is encoded already stays. */
export function visible(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]+/gu, (run) =>
    encodeURIComponent(run.replaceAll(/\p{Surrogate}/gu, '\ufffd')),
  )
}

function withoutFragment(address: string): string {
  return address.replace(/#.*$/s, '')
}

function renderQuery({ query = {} }: OperationRequest, scope: Scope): string {
  const pairs = pairsOf(renderMembers(query, scope))
  const texts = pairs.flatMap(([name, value]) => ['&', encoded(name), '=', encoded(value)])
  return boundedText(texts, 'query').slice(1)
}

function encoded(text: string): string {
  const written = slotRules.query.write(text)
  if (written === undefined) {
    throw new SallyportError('step_failed', { message: 'The query must be well-formed text without NUL.' })
  }
  return written
}

/** One that is a placeholder alone is left out where there is no value. */
function renderHeaders({ headers = {} }: OperationRequest, scope: Scope): [name: string, value: string][] {
  const pairs = Object.entries(headers).flatMap(([name, text]): [string, string][] => {
    const { parts } = operationTemplate(text)
    const [only] = parts
    if (parts.length === 1 && only?.kind === 'placeholder') {
      const value = valueAt(scope, only.name)
      if (value === undefined || value === null) return []
      if (typeof value === 'object') return [[name, headerText(`{${only.name}}`, scope)]]
      const written = slotRules.header.write(textOf(value))
      if (written !== undefined) return [[name, written]]
    }
    return [[name, headerText(text, scope)]]
  })
  boundedText(pairs.flat(), 'header')
  return pairs
}
