import {
  batchSpanMilliseconds,
  type CallEventFilter,
  type CallEventRecord,
  type CallEventStore,
  orderedIdAt,
  timeOfId,
} from '@sallyport/core/ports'
import { type Kysely, sql } from 'kysely'
import { decodedCalls } from './call-data.ts'
import { isWanted, wantedKinds } from './call-row.ts'
import type { Tables } from './tables.ts'

/** Batches that are read at once: between one part and the next, calls go on. */
const mostAtOnce = 2
/** Batches that are looked through for one page, as long as that leads on. */
const mostForPage = 200
/** Accounts that are looked for in what batches say of themselves. */
const mostNamed = 20

/** Between which ids calls are looked for, both exclusive. */
interface Range {
  readonly above: string
  /** Undefined: to the end. */
  readonly below: string | undefined
}

type Arguments = Parameters<CallEventStore['list']>

/**
 * A page of calls. Batches of several processes overlap, so a call is shown once nothing that is still unread can come
 * before it: newest first, when the batches that follow end before it; oldest first, when they end so much later that
 * they begin after it, too.
 */
export async function listCalls(
  database: Kysely<Tables>,
  ...[organizationId, filter, { limit, after }]: Arguments
): ReturnType<CallEventStore['list']> {
  if (filter.accountIds?.length === 0 || filter.keyIds?.length === 0)
    return { items: [], nextCursor: undefined }
  const isNewest = filter.order === 'newest'
  const range = rangeOf(filter, after)
  let found: CallEventRecord[] = []
  let read: string | undefined
  for (let count = mostAtOnce; ; count += mostAtOnce) {
    const rows = await batches(database, organizationId, filter, range)
      .$if(read !== undefined, (query) => query.where('id', isNewest ? '<' : '>', read ?? ''))
      .execute()
    read = rows.at(-1)?.id ?? read
    found = inOrder(found.concat(wanted(rows, filter, range)), isNewest)
    if (rows.length < mostAtOnce || read === undefined) return pageOf(found, limit)
    const settled = isNewest ? read : orderedIdAt('evt', timeOfId(read) - batchSpanMilliseconds)
    const sure = found.filter(({ id }) => (isNewest ? id >= settled : id < settled))
    if (sure.length > limit) return pageOf(sure, limit)
    if (count >= mostForPage && (isNewest || settled > range.above)) {
      return { items: sure, nextCursor: settled }
    }
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

/** The next batches that may hold what is wanted, in the order of their ends. */
function batches(
  database: Kysely<Tables>,
  organizationId: string,
  filter: CallEventFilter,
  { above, below }: Range,
) {
  const { accountIds, integration, order } = filter
  const kinds = wantedKinds(filter)
  let query = database
    .selectFrom('call_batch')
    .select(['id', 'data'])
    .where('organization_id', '=', organizationId)
    .where('id', '>', above)
    .orderBy('id', order === 'newest' ? 'desc' : 'asc')
    .limit(mostAtOnce)
  if (below !== undefined) {
    // No batch is so long that it begins before and ends later than this.
    const latest = orderedIdAt('evt', timeOfId(below) + batchSpanMilliseconds + 1)
    query = query.where('first_id', '<', below).where('id', '<', latest)
  }
  if (kinds !== undefined) query = query.where(sql<boolean>`(kinds & ${kinds}) <> 0`)
  if (integration !== undefined) query = query.where('about', 'like', `% ${integration.toLowerCase()} %`)
  if (accountIds && accountIds.length <= mostNamed) {
    query = query.where((is) => is.or(accountIds.map((id) => is('about', 'like', `% ${id} %`))))
  }
  return query
}

function rangeOf({ order, from = '', before }: CallEventFilter, after: string | undefined): Range {
  if (order === 'oldest') return { above: after !== undefined && after > from ? after : from, below: before }
  const below = after !== undefined && (before === undefined || after < before) ? after : before
  return { above: from, below }
}

function wanted(
  rows: readonly { readonly data: string }[],
  filter: CallEventFilter,
  { above, below }: Range,
): CallEventRecord[] {
  return rows
    .flatMap(({ data }) => decodedCalls(data))
    .filter((call) => call.id > above && (below === undefined || call.id < below) && isWanted(call, filter))
}

function inOrder(calls: CallEventRecord[], isNewest: boolean): CallEventRecord[] {
  const direction = isNewest ? -1 : 1
  return calls.sort((one, other) => (one.id < other.id ? -direction : direction))
}

function pageOf(calls: readonly CallEventRecord[], limit: number) {
  const items = calls.slice(0, limit)
  return { items, nextCursor: calls.length > limit ? items.at(-1)?.id : undefined }
}
