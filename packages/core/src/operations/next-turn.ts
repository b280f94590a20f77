import type { JsonValue, Paging } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { valueAtPointer } from '../json-pointer.ts'
import { evaluated } from './evaluate.ts'
import type { Run } from './frame.ts'
import { linkOf } from './link-header.ts'
import { givenValue, type RequestChange, type Turn } from './page-request.ts'
import { type RenderedRequest, visible } from './request.ts'

/** A page that has arrived. */
export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonValue
  readonly items: readonly JsonValue[]
  /** Counted from 1. */
  readonly page: number
  /** Where it came from; what is relative begins there. */
  readonly url: string
  readonly request: RenderedRequest
}

/** How the first page is asked for: where the request says itself where it begins, from there. */
export function firstTurn(paging: Paging, request: RenderedRequest): Turn {
  if (paging.kind !== 'offset' && paging.kind !== 'page') return { kind: 'first' }
  const given = givenValue(request, paging)
  return {
    kind: 'value',
    value: given !== undefined && /^\d{1,12}$/.test(given) ? Number(given) : paging.start,
  }
}

/** How the page after this one is asked for; undefined where this is the last. */
export async function nextTurn(run: Run, paging: Paging, page: Page, turn: Turn): Promise<Turn | undefined> {
  if (paging.stopWhen !== undefined) {
    const { status, headers, body } = page
    const seen = { status, headers, body, page: page.page }
    if ((await evaluated(run, paging.stopWhen, seen)) === true) return undefined
  }
  if ('hasMore' in paging && paging.hasMore !== undefined && !says(page, paging.hasMore)) return undefined
  const next = await following(run, paging, page, turn)
  return next && JSON.stringify(next) === JSON.stringify(turn) ? undefined : next
}

async function following(run: Run, paging: Paging, page: Page, turn: Turn): Promise<Turn | undefined> {
  switch (paging.kind) {
    case 'cursor':
      return valueTurn(valueIn(page, paging.cursor))
    case 'last_item':
      return page.items.length === 0
        ? undefined
        : valueTurn(valueAtPointer(page.items.at(-1), paging.field) as JsonValue | undefined)
    case 'offset': {
      if (page.items.length === 0) return undefined
      const offset = numberOf(turn) + (paging.limit ?? page.items.length)
      const total = paging.total === undefined ? undefined : Number(valueIn(page, paging.total))
      return total !== undefined && offset >= total ? undefined : { kind: 'value', value: offset }
    }
    case 'page': {
      if (page.items.length === 0) return undefined
      const number = numberOf(turn) + 1
      const total = paging.totalPages === undefined ? undefined : Number(valueIn(page, paging.totalPages))
      const isLast = total !== undefined && number - paging.start >= total
      return isLast ? undefined : { kind: 'value', value: number }
    }
    case 'link':
      return urlTurn(linkOf(page.headers.link, paging.relation), page)
    case 'next_url':
      return urlTurn(valueIn(page, paging.url), page)
    case 'next_request':
      return changeTurn(await evaluated(run, paging.next, seenWithRequest(page)))
  }
}

function valueTurn(value: JsonValue | undefined): Turn | undefined {
  const isNone = value === undefined || value === null || value === '' || value === false
  return isNone ? undefined : { kind: 'value', value }
}

/** What is relative is so to the page that says it (RFC 3986 §5). */
function urlTurn(value: JsonValue | undefined, { url }: Page): Turn | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  if (/^https?:\/\//i.test(value)) return { kind: 'url', url: visible(value) }
  if (URL.canParse(value, url)) return { kind: 'url', url: new URL(value, url).href }
  const message = 'What the API gives for the address of its next page is none. Correct `paging`.'
  throw new SallyportError('step_failed', { message })
}

function changeTurn(value: JsonValue | undefined): Turn | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.keys(value).length === 0 ? undefined : { kind: 'change', change: value as RequestChange }
}

function numberOf(turn: Turn): number {
  return turn.kind === 'value' ? Number(turn.value) : 0
}

/** At a JSON Pointer of the body, or in a header. */
function valueIn({ headers, body }: Page, path: string): JsonValue | undefined {
  if (path.startsWith('header:')) {
    const name = path.slice('header:'.length).toLowerCase()
    return Object.hasOwn(headers, name) ? headers[name] : undefined
  }
  return valueAtPointer(body, path) as JsonValue | undefined
}

function says(page: Page, path: string): boolean {
  const value = valueIn(page, path)
  return Boolean(value) && value !== 'false' && value !== '0'
}

function seenWithRequest({ status, headers, body, page, request }: Page) {
  const { method, path, query, headers: raw, body: sent } = request
  const pairs = raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), raw[index + 1] ?? '']] : [],
  )
  const queried = Object.fromEntries(new URLSearchParams(query))
  const text = sent?.toString('utf8')
  return {
    ...{ status, headers, body, page },
    request: { method, path, query: queried, headers: Object.fromEntries(pairs), body: text && parsed(text) },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
