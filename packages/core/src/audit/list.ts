import type { AuditReply } from '@sallyport/contract'
import { orderedIdAt } from '../ordered-id.ts'
import type { AuditRecord, Page, PageRequest, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'
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
  const names = await actorNames(store, organizationId, items)
  return { items: items.map((entry) => withName(auditView(entry), names)), nextCursor }
}

/** What those are called now who are still there: an entry knows their ids alone. */
async function actorNames(
  store: Store,
  organizationId: string,
  entries: readonly AuditRecord[],
): Promise<ReadonlyMap<string, string>> {
  const actors = new Map(
    entries.flatMap(({ actor }) => (actor.id === undefined ? [] : [[actor.id, actor.kind]])),
  )
  const found = await Promise.all(
    [...actors].map(async ([id, kind]) => {
      const actor =
        kind === 'person'
          ? await store.people.get(organizationId, id)
          : await store.apiKeys.get(organizationId, id)
      return [id, actor?.name] as const
    }),
  )
  return new Map(found.flatMap(([id, name]) => (name === undefined ? [] : [[id, name]])))
}

function withName(entry: AuditReply, names: ReadonlyMap<string, string>): AuditReply {
  const name = entry.actor.id === undefined ? undefined : names.get(entry.actor.id)
  return name === undefined ? entry : { ...entry, actor: { ...entry.actor, name } }
}
