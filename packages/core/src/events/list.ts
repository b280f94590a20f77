import type { EventReply, EventType } from '@sallyport/contract'
import { eventView } from '../account-events.ts'
import type { EventFilter, Page, PageRequest, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'

/** What a list of events is narrowed by. */
export interface EventQuery {
  readonly type?: EventType | undefined
  readonly account?: string | undefined
  /** Id of the event that was seen last: what came later, oldest first. */
  readonly after?: string | undefined
}

/** What happened, newest first unless it is followed. A key that is bound to accounts sees what happened to those. */
export async function listEvents(
  { store }: { readonly store: Store },
  owner: Pick<Principal, 'organizationId' | 'accounts'>,
  query: EventQuery,
  page: PageRequest,
): Promise<Page<EventReply>> {
  const { organizationId, accounts } = owner
  const asked = query.account === undefined ? undefined : [query.account]
  const mine = asked ? asked.filter((id) => accounts?.has(id) ?? true) : accounts && [...accounts]
  const filter: EventFilter = {
    ...(query.type !== undefined && { type: query.type }),
    ...(mine && { accountIds: mine }),
    order: query.after === undefined ? 'newest' : 'oldest',
  }
  const { items, nextCursor } = await store.events.list(organizationId, filter, {
    limit: page.limit,
    after: page.after ?? query.after,
  })
  return { items: items.map(eventView), nextCursor }
}
