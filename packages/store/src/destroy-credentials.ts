import type { ExpressionBuilder, ExpressionWrapper, Kysely, SqlBool } from 'kysely'
import { statusSince } from './account-row.ts'
import { selectStandings, standingRow } from './account-standing.ts'
import type { Announce } from './announce.ts'
import type { Tables } from './tables.ts'

/** Which accounts, beside those of one organization. */
type Which = (
  expression: ExpressionBuilder<Tables, 'account'>,
) => ExpressionWrapper<Tables, 'account', SqlBool>

interface Owner {
  readonly organizationId: string
  readonly updatedAt: number
  readonly announce: Announce
  /** Why; where nothing is said, because their definition has changed. */
  readonly because?: { readonly reason: string; readonly reasonDetail: string | undefined }
}

const definitionChanged = { reason: 'definition_changed', reasonDetail: undefined }

/**
 * Destroys the credentials of accounts, which must be connected again, and what was under way.
 *
 * @returns how many had been connected
 */
export async function destroyCredentials(
  transaction: Kysely<Tables>,
  { organizationId, updatedAt, announce, because = definitionChanged }: Owner,
  which: Which,
): Promise<number> {
  const standings = selectStandings(transaction, organizationId).where('account.status', '!=', 'pending')
  const before = await standings
    .where('account.id', 'in', idsOf(transaction, organizationId, which))
    .execute()
  const accounts = transaction
    .updateTable('account')
    .set(({ eb }) => ({
      credential: null,
      secrets_set: '[]',
      issued_at: null,
      expires_at: null,
      renewable: 0,
      scopes: '[]',
      kept: '{}',
      refresh_expires_at: null,
      due_at: null,
      revocation: null,
      exported_at: null,
      version: eb('version', '+', 1),
      updated_at: updatedAt,
    }))
    .where('organization_id', '=', organizationId)
    .where(which)
  const reason = { reason: because.reason, reason_detail: because.reasonDetail ?? null }
  const connected = accounts.where('status', '!=', 'pending')
  // A generation further, so that a renewal under way cannot put back what is destroyed here.
  await connected
    .set(({ eb }) => ({ status: 'needs_reconnect', ...reason, generation: eb('generation', '+', 1) }))
    .set({ status_since: statusSince('needs_reconnect', updatedAt) })
    .execute()
  // What is under way, or waits for `confirm`, was granted for what holds no more.
  const affected = idsOf(transaction, organizationId, which)
  for (const table of ['flow', 'device_poll', 'renewal_intent'] as const) {
    const ended = transaction.deleteFrom(table).where('organization_id', '=', organizationId)
    await ended.where('account_id', 'in', affected).execute()
  }
  // One that was never connected stays pending, but may hold secret parameters.
  await accounts.where('status', '=', 'pending').where('credential', 'is not', null).execute()
  const after = { status: 'needs_reconnect', ...because } as const
  const nothing = { expiresAt: undefined, refreshExpiresAt: undefined, revocation: undefined }
  const changes = before.map((row) => ({ ...standingRow(row), after: { ...after, ...nothing } }))
  await announce.changes(transaction, changes)
  return before.length
}

function idsOf(transaction: Kysely<Tables>, organizationId: string, which: Which) {
  return transaction
    .selectFrom('account')
    .select('account.id')
    .where('account.organization_id', '=', organizationId)
    .where(which)
}
