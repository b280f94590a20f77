import type { AuditReply } from '@sallyport/contract'
import { orderedIdAt } from '../ordered-id.ts'
import type { Page, PageRequest, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { actorNames } from './actor-names.ts'
import { auditView } from './view.ts'

/** What the audit is narrowed by. */
export interface AuditQuery {
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly target?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

/** Who changed what, newest first. */
export async function listAudit(
  { store }: { readonly store: Store },
  { organizationId }: Pick<Principal, 'organizationId'>,
  { action, actor, target, since, until }: AuditQuery,
  page: PageRequest,
): Promise<Page<AuditReply>> {
  const filter = {
    ...(action !== undefined && { action }),
    ...(actor !== undefined && { actor }),
    ...(target !== undefined && { target }),
    ...(since !== undefined && { from: orderedIdAt('aud', Date.parse(since)) }),
    ...(until !== undefined && { before: orderedIdAt('aud', Date.parse(until)) }),
  }
  const { items, nextCursor } = await store.audit.list(organizationId, filter, page)
  const actors = items.map(({ actor }) => actor)
  const names = await actorNames(store, organizationId, actors)
  return { items: items.map((entry) => withName(auditView(entry), names)), nextCursor }
}

function withName(entry: AuditReply, names: ReadonlyMap<string, string>): AuditReply {
  const name = entry.actor.id === undefined ? undefined : names.get(entry.actor.id)
  return name === undefined ? entry : { ...entry, actor: { ...entry.actor, name } }
}
