import { type AnyEventReply, type EventType, eventTypes, foldKey } from '@sallyport/contract'
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
  readonly environment?: string | undefined
  /** Of calls, by the app's key; so are all that follow to the code. */
  readonly app?: string | undefined
  /** Id of the key that called. */
  readonly key?: string | undefined
  readonly request?: string | undefined
  readonly method?: string | undefined
  /** `404`, or `4xx`. */
  readonly status?: string | undefined
  readonly code?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** Id of the event that was seen last: what came later, oldest first. */
  readonly after?: string | undefined
}

type Order = 'newest' | 'oldest'

const nothing: Page<AnyEventReply> = { items: [], nextCursor: undefined }

type EventReader = Pick<Principal, 'organizationId' | 'accounts' | 'environment' | 'tags' | 'scopes'>

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
  const { type } = query
  const isOfCalls = ofCalls.some((name) => query[name] !== undefined)
  const order: Order = query.after === undefined ? 'newest' : 'oldest'
  const common = { ...narrowed({ ...owner, accounts }, query), order }
  const from = { limit: page.limit, after: page.after ?? query.after }
  const [accountEvents, callEvents] = await Promise.all([
    type === 'call' || isOfCalls
      ? nothing
      : store.events
          .list(organizationId, { ...common, ...(isOne(type) && { type }) }, from)
          .then(({ items, nextCursor }) => ({ items: items.map(eventView), nextCursor })),
    type !== undefined && type !== 'call'
      ? nothing
      : store.calls
          .list(
            organizationId,
            { ...common, ...ofCall(query), ...(await calledWith(store, owner, query)) },
            from,
          )
          .then(({ items, nextCursor }) => ({ items: items.map(callEventView), nextCursor })),
  ])
  const { items, nextCursor } = merged(accountEvents, callEvents, order, page.limit)
  return { items: await named(store, owner, items), nextCursor }
}

/** With what the accounts are called now, for whoever may read them: an event knows their ids alone. */
async function named(
  store: Store,
  { organizationId, scopes }: EventReader,
  events: readonly AnyEventReply[],
): Promise<readonly AnyEventReply[]> {
  const ids = [...new Set(events.flatMap(({ account }) => account ?? []))]
  if (ids.length === 0 || !scopes.has('accounts:read')) return events
  const page = { limit: ids.length, after: undefined }
  const { items } = await store.accounts.list(organizationId, { ids }, page)
  const names = new Map(items.map(({ id, name }) => [id, name]))
  return events.map((event) => {
    const accountName = event.account === undefined ? undefined : names.get(event.account)
    return accountName === undefined ? event : { ...event, accountName }
  })
}

/** Filters that only calls have something for. */
const ofCalls = ['app', 'key', 'request', 'method', 'status', 'code'] as const satisfies (keyof EventQuery)[]

const mostKeys = 1000

/** With which keys a call was made; an app is known by those that it has. */
async function calledWith(
  store: Store,
  { organizationId }: EventReader,
  { app: appKey, key }: EventQuery,
): Promise<{ readonly keyIds?: readonly string[] }> {
  if (appKey === undefined) return key === undefined ? {} : { keyIds: [key] }
  const app = await store.apps.getByKey(organizationId, appKey)
  if (!app) return { keyIds: [] }
  const page = { limit: mostKeys, after: undefined }
  const { items } = await store.apiKeys.list(organizationId, page, { profile: { appId: app.id } })
  return { keyIds: items.map(({ id }) => id).filter((id) => key === undefined || id === key) }
}

function isOne(type: EventQuery['type']): type is EventType {
  return (eventTypes as readonly (string | undefined)[]).includes(type)
}

function narrowed(
  { accounts, environment: own }: Pick<Principal, 'accounts' | 'environment'>,
  query: EventQuery,
) {
  const { account, integration, environment = own, since, until } = query
  const isOther = own !== undefined && foldKey(own) !== foldKey(environment ?? own)
  const asked = account === undefined ? undefined : [account]
  const mine = asked ? asked.filter((id) => accounts?.has(id) ?? true) : accounts && [...accounts]
  return {
    ...(mine && { accountIds: mine }),
    // Of another environment than its own a key sees nothing.
    ...(isOther && { accountIds: [] }),
    ...(environment !== undefined && { environment }),
    ...(integration !== undefined && { integration }),
    ...(since !== undefined && { from: orderedIdAt('evt', Date.parse(since)) }),
    ...(until !== undefined && { before: orderedIdAt('evt', Date.parse(until)) }),
  }
}

function ofCall({ request, method, status, code }: EventQuery) {
  return {
    ...(request !== undefined && { requestId: request }),
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
