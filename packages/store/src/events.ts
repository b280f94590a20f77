import type { EventType } from '@sallyport/contract'
import type { EventRecord, Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type Events = Store['events']

export function events(database: Kysely<Tables>): Events {
  return {
    list: (...arguments_) => list(database, ...arguments_),
    prune: (...arguments_) => prune(database, ...arguments_),
  }
}

async function list(
  database: Kysely<Tables>,
  ...[organizationId, filter, { limit, after }]: Parameters<Events['list']>
) {
  const { type, accountIds, environment, integration, from, before, order } = filter
  if (accountIds?.length === 0) return { items: [], nextCursor: undefined }
  let query = database
    .selectFrom('event')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('id', order === 'newest' ? 'desc' : 'asc')
    .limit(limit + 1)
  if (type !== undefined) query = query.where('type', '=', type)
  if (accountIds) query = query.where('account_id', 'in', accountIds)
  if (environment !== undefined) {
    query = query.where((is) => is(is.fn('lower', ['environment']), '=', environment.toLowerCase()))
  }
  if (integration !== undefined) {
    query = query.where((is) => is(is.fn('lower', ['integration']), '=', integration.toLowerCase()))
  }
  if (from !== undefined) query = query.where('id', '>=', from)
  if (before !== undefined) query = query.where('id', '<', before)
  if (after !== undefined) query = query.where('id', order === 'newest' ? '<' : '>', after)
  return pageOf(await query.execute(), limit, toRecord)
}

async function prune(
  database: Kysely<Tables>,
  ...[before, mostPerOrganization]: Parameters<Events['prune']>
): Promise<void> {
  // A job of all.
  const across = acrossOrganizations(database)
  await across.deleteFrom('event').where('at', '<', before).execute()
  const organizations = await across.selectFrom('organization').select('id').execute()
  for (const { id } of organizations) {
    const first = await database
      .selectFrom('event')
      .select('id')
      .where('organization_id', '=', id)
      .orderBy('id', 'desc')
      .offset(mostPerOrganization)
      .limit(1)
      .executeTakeFirst()
    if (!first) continue
    const surplus = database.deleteFrom('event').where('organization_id', '=', id)
    await surplus.where('id', '<=', first.id).execute()
  }
}

function toRecord(row: Selectable<Tables['event']>): EventRecord {
  const { organization_id: organizationId, account_id: accountId, type, ...rest } = row
  return { organizationId, accountId, type: type as EventType, ...rest }
}
