import type { AppStore, Used } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** Enough to name: whoever has taken these out is told of the next. */
const mostNamed = 20

/** Where in apps something is used. */
export async function appUses(
  database: Kysely<Tables>,
  organizationId: string,
  used: Used,
): ReturnType<AppStore['uses']> {
  if ('integrationId' in used) return asAdapter(database, organizationId, used)
  if ('environment' in used) return asProfile(database, organizationId, used)
  return asBinding(database, organizationId, used)
}

function asAdapter(database: Kysely<Tables>, organizationId: string, used: { integrationId: string }) {
  return database
    .selectFrom('adapter as a')
    .innerJoin('app', (join) =>
      join.onRef('app.organization_id', '=', 'a.organization_id').onRef('app.id', '=', 'a.app_id'),
    )
    .select(['app.key', 'a.name as adapter'])
    .where('a.organization_id', '=', organizationId)
    .where('a.integration_id', '=', used.integrationId)
    .limit(mostNamed)
    .execute()
}

function asProfile(database: Kysely<Tables>, organizationId: string, used: { environment: string }) {
  return database
    .selectFrom('profile as p')
    .innerJoin('app', (join) =>
      join.onRef('app.organization_id', '=', 'p.organization_id').onRef('app.id', '=', 'p.app_id'),
    )
    .select(['app.key', 'p.name as profile'])
    .where('p.organization_id', '=', organizationId)
    .where('p.environment', '=', used.environment)
    .limit(mostNamed)
    .execute()
}

function asBinding(database: Kysely<Tables>, organizationId: string, used: { accountId: string }) {
  return database
    .selectFrom('binding as b')
    .innerJoin('app', (join) =>
      join.onRef('app.organization_id', '=', 'b.organization_id').onRef('app.id', '=', 'b.app_id'),
    )
    .innerJoin('adapter as a', (join) =>
      join
        .onRef('a.organization_id', '=', 'b.organization_id')
        .onRef('a.app_id', '=', 'b.app_id')
        .onRef('a.name_folded', '=', 'b.adapter'),
    )
    .innerJoin('profile as p', (join) =>
      join
        .onRef('p.organization_id', '=', 'b.organization_id')
        .onRef('p.app_id', '=', 'b.app_id')
        .onRef('p.name_folded', '=', 'b.profile'),
    )
    .select(['app.key', 'a.name as adapter', 'p.name as profile'])
    .where('b.organization_id', '=', organizationId)
    .where('b.account_id', '=', used.accountId)
    .limit(mostNamed)
    .execute()
}
