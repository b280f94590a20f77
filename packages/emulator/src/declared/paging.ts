import type { ProviderEntry } from '@sallyport/contract'
import { jsonReply, type ProviderReply, type ProviderRequest } from '../message.ts'
import { ReplyDocument } from './pointer.ts'

/** How a list goes on, as an entry says it. */
export type Paging = NonNullable<ProviderEntry['paging']>[number]

/** What every list holds. */
export const itemsInList = 5

const usualLimit = 2

interface Position {
  readonly start: number
  readonly limit: number
}

/** A page of a list of five, as an entry says that lists go on; undefined where it does not say it of such requests. */
export function pageOf(paging: Paging, request: ProviderRequest): ProviderReply | undefined {
  const inBody = paging.cursorIn === 'body'
  if (paging.style === 'graphql' || request.method !== (inBody ? 'POST' : 'GET')) return undefined
  const asked = new URLSearchParams(request.query)
  const position = positionIn(paging, inBody ? fieldsOf(request) : asked)
  if ('wrong' in position) return jsonReply(400, { error: 'invalid_page', error_description: position.wrong })
  const { start, limit } = position
  const numbers = Array.from({ length: itemsInList }, (_, index) => index + 1).slice(start, start + limit)
  const items = numbers.map((number) => ({ id: `item-${number}`, number }))
  const next = start + limit < itemsInList ? start + limit : undefined
  return written(paging, request, { items, next, limit })
}

function positionIn(paging: Paging, asked: URLSearchParams): Position | { readonly wrong: string } {
  const { limitParameter, limitMax, offsetParameter, pageParameter } = paging
  const limit = number(asked, limitParameter) ?? usualLimit
  if (!(limit >= 1)) return { wrong: `${limitParameter} is no number of items` }
  if (limitMax !== undefined && limit > limitMax)
    return { wrong: `${limitParameter} is more than ${limitMax}` }
  const cursor = asked.get(cursorName(paging))
  if (cursor !== null && paging.cursorParameter !== undefined) {
    const [, at] = /^(?:after|item)-(\d+)$/.exec(cursor) ?? []
    return at === undefined ? { wrong: 'the cursor is unknown' } : { start: Number(at), limit }
  }
  const page = number(asked, pageParameter ?? (cursorName(paging) === unnamed ? unnamed : undefined))
  const start = number(asked, offsetParameter) ?? (page === undefined ? 0 : (page - 1) * limit)
  return start >= 0 ? { start, limit } : { wrong: 'the page is before the first' }
}

function number(asked: URLSearchParams, name: string | undefined): number | undefined {
  const text = name === undefined ? null : asked.get(name)
  return text === null ? undefined : Number(text)
}

/** Of a link that is all that an entry knows. */
const unnamed = 'page'

/** What tells one page from the next. */
function cursorName({ cursorParameter, pageParameter, offsetParameter }: Paging): string {
  return cursorParameter ?? pageParameter ?? offsetParameter ?? unnamed
}

function written(
  paging: Paging,
  request: ProviderRequest,
  {
    items,
    next,
    limit,
  }: { readonly items: readonly object[]; readonly next: number | undefined; readonly limit: number },
): ProviderReply {
  const document = new ReplyDocument()
  const isBare = paging.itemsPath === undefined && paging.linkRelation !== undefined
  document.put(paging.itemsPath ?? (isBare ? '' : '/items'), items)
  const put = (path: string | undefined, value: unknown) => {
    if (path !== undefined && value !== undefined && !isBare) document.put(path, value)
  }
  const link = next === undefined ? undefined : linkTo(paging, request, { next, limit })
  put(paging.nextPath, link)
  if (link !== undefined && paging.linkRelation !== undefined) {
    document.headers.Link = `<${link}>; rel="${paging.linkRelation}"`
  }
  if (paging.cursorFromLastItem === undefined)
    put(paging.cursorPath, next === undefined ? undefined : `after-${next}`)
  put(paging.hasMorePath, next !== undefined)
  put(paging.donePath, next === undefined)
  const isOfPages = /pages$/.test(paging.totalPath ?? '')
  put(paging.totalPath, isOfPages ? Math.ceil(itemsInList / limit) : itemsInList)
  return jsonReply(200, document.body, document.headers)
}

function linkTo(
  paging: Paging,
  request: ProviderRequest,
  { next, limit }: { next: number; limit: number },
): string {
  const query = new URLSearchParams()
  const isPage = paging.cursorParameter === undefined && paging.offsetParameter === undefined
  const isCursor = paging.cursorParameter !== undefined
  query.set(cursorName(paging), isCursor ? `after-${next}` : String(isPage ? next / limit + 1 : next))
  if (paging.limitParameter !== undefined) query.set(paging.limitParameter, String(limit))
  // To whoever calls, the first two segments are part of the host that it called.
  const [, mount, host, ...path] = request.path.split('/')
  const relative = `/${path.join('/')}?${query}`
  return paging.nextIsRelative ? relative : `http://${request.headers.host}/${mount}/${host}${relative}`
}

function fieldsOf(request: ProviderRequest): URLSearchParams {
  const text = request.body.toString('utf8')
  const fields: Readonly<Record<string, unknown>> = text === '' ? {} : Object(JSON.parse(text))
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value)] as const)
  return new URLSearchParams(Object.fromEntries(texts))
}
