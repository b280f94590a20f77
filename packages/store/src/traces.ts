import type { TraceKind } from '@sallyport/contract'
import type { Store, TraceRecord } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { flag } from './columns.ts'
import { pageOf } from './page.ts'
import { countRenewals } from './renewal-counts.ts'
import type { Tables } from './tables.ts'

const mostPerAccount = 100

export function traces(database: Kysely<Tables>): Store['traces'] {
  const ofAccount = (organizationId: string, accountId: string) =>
    database
      .selectFrom('trace')
      .where('organization_id', '=', organizationId)
      .where('account_id', '=', accountId)
      .orderBy('id', 'desc')
  return {
    async add(trace) {
      const { organizationId, accountId, ok, ...rest } = trace
      const row = { organization_id: organizationId, account_id: accountId, ok: flag(ok), ...rest }
      await database.insertInto('trace').values(row).execute()
      const tooOld = ofAccount(organizationId, accountId).select('id').offset(mostPerAccount).limit(1)
      await database
        .deleteFrom('trace')
        .where('organization_id', '=', organizationId)
        .where('account_id', '=', accountId)
        .where('id', '<=', tooOld)
        .execute()
    },

    async list(organizationId, accountId, { limit, after }) {
      const query = ofAccount(organizationId, accountId)
        .selectAll()
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '<', after)).execute()
      return pageOf(rows, limit, toRecord)
    },

    countRenewals: (...arguments_) => countRenewals(database, ...arguments_),
  }
}

function toRecord(row: Selectable<Tables['trace']>): TraceRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    accountId: row.account_id,
    at: row.at,
    kind: row.kind as TraceKind,
    ok: row.ok === 1,
    data: row.data,
  }
}
