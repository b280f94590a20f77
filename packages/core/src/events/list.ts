import { type AnyEventReply, type EventType, eventTypes } from '@sallyport/contract'
import { eventView } from '../account-events.ts'
import { orderedIdAt } from '../ordered-id.ts'
import type { Page, PageRequest, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { callEventView } from './call-view.ts'

/** What a list of events is narrowed by. */
export interface EventQuery {
  /** `account` is all types that begin with it. */
  readonly type?: EventType | 'account' | 'call' | undefined
  readonly account?: string | undefined
  readonly integration?: string | undefined
  /** Of calls; so are status, `404` or `4xx`, and code. */
  readonly method?: string | undefined
  readonly status?: string | undefined
  readonly code?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** Id of the event that was seen last: what came later, oldest first. */
  readonly after?: string | undefined
}

type Order = 'newest' | 'oldest'

const nothing: Page<AnyEventReply> = { items: [], nextCursor: undefined }

type EventReader = Pick<Principal, 'organizationId' | 'accounts' | 'environment' | 'tags'>

/** As many accounts as events are looked for, where a key sees those with certain tags. */
const mostTagged = 1000

/** What happened to accounts says nothing of their tags: those that have them now are meant. */
async function accountsSeen(store: Store, { organizationId, accounts, tags }: EventReader) {
  if (!tags) return accounts
  const page = { limit: mostTagged, after: undefined }
  const { items } = await store.accounts.list(
    organizationId,
    { tags, ...(accounts && { ids: [...accounts] }) },
    page,
  )
  return new Set(items.map(({ id }) => id))
}

/** What happened, newest first unless it is followed. A key sees what happened to the accounts that it sees. */
export async function listEvents(
  { store }: { readonly store: Store },
  owner: EventReader,
  query: EventQuery,
  page: PageRequest,
): Promise<Page<AnyEventReply>> {
  const { organizationId } = owner
  const accounts = await accountsSeen(store, owner)
  const { type, method, status, code } = query
  const isOfCalls = [method, status, code].some((each) => each !== undefined)
  const order: Order = query.after === undefined ? 'newest' : 'oldest'
  const common = { ...narrowed({ ...owner, accounts }, query), order }
  const from = { limit: page.limit, after: page.after ?? query.after }
  const [ofAccounts, ofCalls] = await Promise.all([
    type === 'call' || isOfCalls
      ? nothing
      : store.events
          .list(organizationId, { ...common, ...(isOne(type) && { type }) }, from)
          .then(({ items, nextCursor }) => ({ items: items.map(eventView), nextCursor })),
    type !== undefined && type !== 'call'
      ? nothing
      : store.calls
          .list(organizationId, { ...common, ...ofCall(query) }, from)
          .then(({ items, nextCursor }) => ({ items: items.map(callEventView), nextCursor })),
  ])
  return merged(ofAccounts, ofCalls, order, page.limit)
}

function isOne(type: EventQuery['type']): type is EventType {
  return (eventTypes as readonly (string | undefined)[]).includes(type)
}

function narrowed({ accounts, environment }: Pick<Principal, 'accounts' | 'environment'>, query: EventQuery) {
  const { account, integration, since, until } = query
  const asked = account === undefined ? undefined : [account]
  const mine = asked ? asked.filter((id) => accounts?.has(id) ?? true) : accounts && [...accounts]
  return {
    ...(mine && { accountIds: mine }),
    ...(environment !== undefined && { environment }),
    ...(integration !== undefined && { integration }),
    ...(since !== undefined && { from: orderedIdAt('evt', Date.parse(since)) }),
    ...(until !== undefined && { before: orderedIdAt('evt', Date.parse(until)) }),
  }
}

function ofCall({ method, status, code }: EventQuery) {
  return {
    ...(method !== undefined && { method: method.toUpperCase() }),
    ...(status !== undefined && { status: statusRange(status) }),
    ...(code !== undefined && { code }),
  }
}

/** `404`, or `4xx` for all of a class. */
function statusRange(status: string): { from: number; to: number } {
  return { from: Number(status.replaceAll('x', '0')), to: Number(status.replaceAll('x', '9')) }
}

/** Two lists in one, as far as both are known: what lies beyond a cursor of either comes with a later page. */
function merged(
  one: Page<AnyEventReply>,
  other: Page<AnyEventReply>,
  order: Order,
  limit: number,
): Page<AnyEventReply> {
  const isBefore = (id: string, than: string) => (order === 'newest' ? id > than : id < than)
  const [first, second] = [one.nextCursor, other.nextCursor]
  const known =
    first !== undefined && second !== undefined && isBefore(second, first) ? second : (first ?? second)
  const items = [...one.items, ...other.items]
    .filter(({ id }) => known === undefined || !isBefore(known, id))
    .sort((left, right) => (isBefore(left.id, right.id) ? -1 : 1))
  if (items.length <= limit) return { items, nextCursor: known }
  return { items: items.slice(0, limit), nextCursor: items[limit - 1]?.id }
}
