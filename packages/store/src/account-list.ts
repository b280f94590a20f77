import type { AccountStatus } from '@sallyport/contract'
import type { AccountFilter, AccountRecord, Page, PageRequest } from '@sallyport/core/ports'
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { accountRecord } from './account-row.ts'
import { foldName } from './columns.ts'
import { integrationsOf } from './oauth-clients.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type AccountQuery = SelectQueryBuilder<Tables, 'account', object>

/** Accounts that match all of the filter, in the order of their ids. */
export async function listAccounts(
  database: Kysely<Tables>,
  organizationId: string,
  filter: AccountFilter,
  { limit, after }: PageRequest,
): Promise<Page<AccountRecord>> {
  if (filter.ids?.length === 0) return { items: [], nextCursor: undefined }
  let query = accountsMatching(database, organizationId, filter)
    .selectAll()
    .orderBy('account.id')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('account.id', '>', after)
  return pageOf(await query.execute(), limit, accountRecord)
}

/** What is to be selected of them is the caller's to say, and in which order. */
export function accountsMatching(
  database: Kysely<Tables>,
  organizationId: string,
  filter: AccountFilter,
): AccountQuery {
  let query: AccountQuery = database
    .selectFrom('account')
    .where('account.organization_id', '=', organizationId)
  if (filter.ids) query = query.where('account.id', 'in', filter.ids)
  if (filter.integrationId !== undefined)
    query = query.where('account.integration_id', '=', filter.integrationId)
  if (filter.oauthClientId !== undefined) {
    const integrations = integrationsOf(database, organizationId, filter.oauthClientId)
    query = query.where('account.integration_id', 'in', integrations)
  }
  if (filter.appId !== undefined)
    query = query.where('account.id', 'in', boundBy(database, organizationId, filter.appId))
  if (filter.environment !== undefined) query = query.where('account.environment', '=', filter.environment)
  if (filter.status !== undefined) query = withStatus(query, filter.status, filter.now ?? 0)
  if (filter.text !== undefined) query = query.where(nameContains(filter.text))
  for (const [name, value] of Object.entries(filter.tags ?? {})) query = withTag(query, name, value)
  const { connectedSince: since, connectedUntil: until } = filter
  // Of accounts from before that was kept: when they were made.
  const connectedAt = sql<number>`coalesce(connected_at, account.created_at)`
  if (since !== undefined) query = query.where(connectedAt, '>=', since)
  if (until !== undefined) query = query.where(connectedAt, '<', until)
  return query
}

/** Ids of the accounts that profiles of an app bind. */
function boundBy(database: Kysely<Tables>, organizationId: string, appId: string) {
  return database
    .selectFrom('binding')
    .select('binding.account_id')
    .where('binding.organization_id', '=', organizationId)
    .where('binding.app_id', '=', appId)
}

/** The same rule by which core shows a status: what is disabled is that, and what has expired cannot go on. */
function withStatus(query: AccountQuery, status: AccountStatus, now: number): AccountQuery {
  if (status === 'disabled') return query.where('disabled', '=', 1)
  return query.where('disabled', '=', 0).where(({ eb, and, or, not }) => {
    const ended = and([
      eb('status', '=', 'expiring'),
      eb('renewable', '=', 0),
      eb('expires_at', 'is not', null),
      eb('expires_at', '<=', now),
    ])
    const is = eb('status', '=', status)
    return status === 'needs_reconnect' ? or([is, ended]) : and([is, not(ended)])
  })
}

function nameContains(text: string) {
  const pattern = `%${foldName(text).replace(/[!%_]/g, '!$&')}%`
  return sql<boolean>`name_folded like ${pattern} escape '!'`
}

function withTag(query: AccountQuery, name: string, value: string): AccountQuery {
  return query.where(({ exists, selectFrom }) =>
    exists(
      selectFrom('account_tag')
        .select('account_tag.account_id')
        .whereRef('account_tag.organization_id', '=', 'account.organization_id')
        .whereRef('account_tag.account_id', '=', 'account.id')
        .where('account_tag.name', '=', name)
        .where('account_tag.value', '=', value),
    ),
  )
}
