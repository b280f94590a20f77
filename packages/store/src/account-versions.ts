import type { Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { compiledIn } from './compiled-in.ts'
import type { Tables } from './tables.ts'

/** What every second asks of each account that is called. */
export function accountVersions(database: Kysely<Tables>): Store['accounts']['versions'] {
  const versionsOf = compiledIn(database, (ids) =>
    database
      .selectFrom('account as a')
      .innerJoin('integration as i', (join) =>
        join.onRef('i.organization_id', '=', 'a.organization_id').onRef('i.id', '=', 'a.integration_id'),
      )
      .leftJoin('oauth_client as c', (join) =>
        join.onRef('c.organization_id', '=', 'i.organization_id').onRef('c.id', '=', 'i.oauth_client_id'),
      )
      .select([
        'a.id',
        'a.version as account_version',
        'i.version as integration_version',
        'c.version as client_version',
      ])
      .where('a.organization_id', '=', '')
      .where('a.id', 'in', ids),
  )
  return async (organizationId, ids) => {
    const rows = await versionsOf(ids, organizationId)
    return new Map(
      rows.map((row) => [
        row.id,
        [row.account_version, row.integration_version, row.client_version ?? ''].join(' '),
      ]),
    )
  }
}
