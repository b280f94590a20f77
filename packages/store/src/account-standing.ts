import type { AccountStatus } from '@sallyport/contract'
import type { AccountState, Standing } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { differences } from './account-row.ts'
import type { Whose } from './announce.ts'
import { optional } from './columns.ts'
import type { Tables } from './tables.ts'

/** What events need to know of accounts, as it stands in the transaction that changes them. */
export interface StandingRow extends Whose {
  readonly before: Standing
  readonly generation: number
  readonly version: number
}

/** Accounts with the keys of their integrations, to be narrowed. */
export function selectStandings(transaction: Kysely<Tables>, organizationId: string) {
  return transaction
    .selectFrom('account')
    .innerJoin('integration', (join) =>
      join
        .onRef('integration.organization_id', '=', 'account.organization_id')
        .onRef('integration.id', '=', 'account.integration_id'),
    )
    .select([
      'account.organization_id',
      'account.id',
      'account.environment',
      'account.status',
      'account.reason',
      'account.reason_detail',
      'account.expires_at',
      'account.refresh_expires_at',
      'account.revocation',
      'account.differences',
      'account.generation',
      'account.version',
      'integration.key',
    ])
    .where('account.organization_id', '=', organizationId)
}

type Row = Selectable<Tables['account']> & { readonly key: string }

export function standingRow(
  row: Pick<
    Row,
    | 'organization_id'
    | 'id'
    | 'environment'
    | 'status'
    | 'reason'
    | 'reason_detail'
    | 'expires_at'
    | 'refresh_expires_at'
    | 'revocation'
    | 'differences'
    | 'generation'
    | 'version'
    | 'key'
  >,
): StandingRow {
  return {
    organizationId: row.organization_id,
    accountId: row.id,
    environment: row.environment,
    integration: row.key,
    generation: row.generation,
    version: row.version,
    before: {
      status: row.status as AccountStatus,
      reason: optional(row.reason),
      reasonDetail: optional(row.reason_detail),
      expiresAt: optional(row.expires_at),
      refreshExpiresAt: optional(row.refresh_expires_at),
      revocation: optional(row.revocation) as AccountState['revocation'],
      differences: differences(row.differences),
    },
  }
}

/** One account, read for the change that follows; undefined where there is none. */
export async function readStanding(
  transaction: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<StandingRow | undefined> {
  const row = await selectStandings(transaction, organizationId)
    .where('account.id', '=', id)
    .executeTakeFirst()
  return row && standingRow(row)
}
