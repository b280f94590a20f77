import type { AccountGroup, AccountStatus } from '@sallyport/contract'
import type { AccountFilter } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { accountsMatching } from './account-list.ts'
import type { Tables } from './tables.ts'

/** How many accounts match, by integration, environment and the status that is shown at `now`. */
export async function accountGroups(
  database: Kysely<Tables>,
  organizationId: string,
  filter: AccountFilter,
): Promise<readonly AccountGroup[]> {
  if (filter.ids?.length === 0) return []
  const shown = accountsMatching(database, organizationId, filter).select(({ eb, and }) => [
    'account.integration_id',
    'account.environment',
    eb
      .case()
      .when('disabled', '=', 1)
      .then('disabled')
      .when(
        and([
          eb('status', '=', 'expiring'),
          eb('renewable', '=', 0),
          eb('expires_at', '<=', filter.now ?? 0),
        ]),
      )
      .then('needs_reconnect')
      .else(eb.ref('status'))
      .end()
      .as('shown'),
  ])
  const rows = await database
    .selectFrom(shown.as('a'))
    .innerJoin('integration as i', 'i.id', 'a.integration_id')
    .where('i.organization_id', '=', organizationId)
    .select(({ fn }) => ['i.key', 'a.environment', 'a.shown', fn.countAll().as('count')])
    .groupBy(['i.key', 'a.environment', 'a.shown'])
    .orderBy('i.key')
    .orderBy('a.environment')
    .orderBy('a.shown')
    .execute()
  return rows.map(({ key, environment, shown: status, count }) => ({
    integration: key,
    environment,
    status: status as AccountStatus,
    count: Number(count),
  }))
}
