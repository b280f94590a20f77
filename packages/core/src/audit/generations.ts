import type { AuditEntry, Clock, Store } from '../ports.ts'
import { generationsField } from './stored-chain.ts'

const atOnce = 500
/** Clocks of several nodes differ; what is told twice does no harm. */
const overlapMilliseconds = 3_600_000

/**
 * Writes down the generations of the accounts that changed since they were last: by them an account is found that
 * somebody put back as it was before (E9).
 */
export async function recordGenerations(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { organizationId, at }: { readonly organizationId: string; readonly at: number },
): Promise<void> {
  const now = clock.now()
  const since = Math.max(0, at - overlapMilliseconds)
  for (let after: string | undefined; ; ) {
    const page = await store.audit.generations(organizationId, { since, after, limit: atOnce })
    if (page.length === 0) break
    const entry = entryOf(organizationId, page)
    await store.recorded(
      organizationId,
      async () => undefined,
      () => entry,
    )
    after = page.at(-1)?.id
  }
  await store.audit.generationsRecorded(organizationId, now)
}

function entryOf(
  organizationId: string,
  accounts: readonly { readonly id: string; readonly generation: number }[],
): AuditEntry {
  const after = Object.fromEntries(accounts.map(({ id, generation }) => [id, generation]))
  return {
    actor: { kind: 'system', id: undefined },
    address: undefined,
    action: 'audit.generations_recorded',
    target: { kind: 'audit', id: organizationId, name: undefined },
    changes: [{ field: generationsField, after }],
  }
}
