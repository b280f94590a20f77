import type { AuditEntry, Store } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { auditKeys } from './chain.ts'

/** The store whose audit is chained, also that of organizations from before there were chains. */
export async function chainedStore(store: Store, vault: Vault): Promise<Store> {
  const keys = auditKeys(vault)
  for (const organizationId of await store.audit.unchained()) {
    const record = await vault.newAuditKey(organizationId)
    // Of several processes that begin at once, one finds its key stored; the others forget theirs.
    const isOurs = await store.audit.begin(record, await keys.of(organizationId), begun(organizationId))
    if (!isOurs) vault.forgetAuditKey(organizationId)
  }
  return store.chainedBy(keys)
}

/** Whoever could write to the database before this entry could change those before it. */
function begun(organizationId: string): (count: number) => AuditEntry {
  return (count) => ({
    actor: { kind: 'system', id: undefined },
    address: undefined,
    action: 'audit.chained',
    target: { kind: 'audit', id: organizationId, name: undefined },
    changes: [{ field: '/entriesBefore', after: count }],
  })
}
