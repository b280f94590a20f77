import { HeaderName, type JsonValue, type Paging } from '@sallyport/contract'
import { encodedQuery, joinedQuery } from '../call/query.ts'
import { headerValue, withHeader } from '../call/request-headers.ts'
import { SallyportError } from '../error.ts'
import { headerKey } from '../header-key.ts'
import { valueAtPointer, withMember } from '../json-pointer.ts'
import { slotRules } from '../template/slots.ts'
import { textOf } from './render.ts'
import { type RenderedRequest, visible } from './request.ts'
import { pairsOf } from './request-body.ts'

/** How the request for a page differs from the one that the step renders. */
export type Turn =
  | { readonly kind: 'first' }
  /** A cursor, an offset, a number: where the paging says. */
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'change'; readonly change: RequestChange }

/** What an expression says of the next request. */
export interface RequestChange {
  readonly path?: JsonValue
  readonly query?: JsonValue
  readonly headers?: JsonValue
  readonly body?: JsonValue
}

/** The request for a page. @throws SallyportError step_failed */
export function pageRequest(base: RenderedRequest, paging: Paging, turn: Turn): RenderedRequest {
  switch (turn.kind) {
    case 'first':
      return base
    case 'url':
      return { ...base, path: '', query: '', targetUrl: turn.url.replace(/#.*$/s, '') }
    case 'value':
      return withValue(base, paging, turn.value)
    case 'change':
      return changed(base, turn.change)
  }
}

/** The first value of a parameter that the request has already; undefined where it has none. */
export function givenValue({ query, body }: RenderedRequest, paging: Paging): string | undefined {
  if (!('parameter' in paging)) return undefined
  if (paging.in === 'query') return new URLSearchParams(query).get(paging.parameter) ?? undefined
  const given = body && jsonIn(body)
  const value = given && valueAtPointer(given, paging.in.body)
  return value === undefined || value === null ? undefined : textOf(value as JsonValue)
}

function withValue(base: RenderedRequest, paging: Paging, value: JsonValue): RenderedRequest {
  if (!('parameter' in paging)) return base
  const limited =
    paging.kind === 'offset' && paging.limit !== undefined && paging.limitParameter !== undefined
      ? withQuery(base, paging.limitParameter, paging.limit)
      : base
  if (paging.in === 'query') return withQuery(limited, paging.parameter, value)
  return withBody(limited, withMember(jsonIn(limited.body) ?? {}, paging.in.body, value))
}

function withQuery(request: RenderedRequest, name: string, value: JsonValue): RenderedRequest {
  const pairs = pairsOf({ [name]: value })
  return { ...request, query: joinedQuery(request.query, encodedQuery(pairs), new Set([name])) }
}

function withBody(request: RenderedRequest, value: JsonValue): RenderedRequest {
  const body = Buffer.from(JSON.stringify(value))
  const type = headerValue(request.headers, 'content-type') ?? 'application/json'
  const typed = withHeader(request.headers, 'content-type', type)
  return { ...request, body, headers: withHeader(typed, 'content-length', String(body.length)) }
}

function jsonIn(body: Buffer | undefined): JsonValue | undefined {
  if (body === undefined) return undefined
  try {
    return JSON.parse(body.toString('utf8')) as JsonValue
  } catch {
    throw new SallyportError('step_failed', {
      message: 'The next page is asked for in the body, which is not JSON. Give the step a `json` body.',
    })
  }
}

function changed(base: RenderedRequest, { path, query, headers, body }: RequestChange): RenderedRequest {
  let request = base
  if (typeof path === 'string') {
    const [place = '', own = ''] = visible(path)
      .replace(/^\//, '')
      .split(/\?(.*)/s)
    request = { ...request, path: place, query: own === '' ? request.query : own, targetUrl: undefined }
  }
  for (const [name, value] of membersOf(query)) request = withQuery(request, name, value)
  for (const [name, value] of membersOf(headers)) {
    request = {
      ...request,
      headers: withHeader(request.headers, headerKey(name), writtenHeader(name, value)),
    }
  }
  return body === undefined ? request : withBody(request, body)
}

/** What an expression says, it may have from the API. @throws SallyportError step_failed */
function writtenHeader(name: string, value: JsonValue): string {
  const written = HeaderName.safeParse(name).success ? slotRules.header.write(textOf(value)) : undefined
  if (written !== undefined) return written
  const message =
    'A header of the next page has no name of a header, or more than one line of printable ASCII.'
  throw new SallyportError('step_failed', { message })
}

function membersOf(value: JsonValue | undefined): [string, JsonValue][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}
