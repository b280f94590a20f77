import type { AccountSort } from '@sallyport/contract'
import type {
  AccountFilter,
  AccountOrder,
  AccountPosition,
  AccountRecord,
  Store,
} from '@sallyport/core/ports'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { accountsMatching } from './account-list.ts'
import { accountRecord } from './account-row.ts'
import type { Tables } from './tables.ts'

/**
 * What accounts are sorted by, each with an index in migration 29 of the very same text: where it is absent, as of accounts
 * that end at no known moment, it stands last.
 */
const values: Readonly<Record<AccountSort, RawBuilder<string | number>>> = {
  name: sql`name_folded`,
  createdAt: sql`created_at`,
  reconnectBy: sql`coalesce(case when status = 'expiring' then expires_at else refresh_expires_at end, 9007199254740991)`,
  status: sql`case when disabled = 1 then 5 when status = 'needs_reconnect' or reason = 'expired' then 0 when status = 'failing' then 1 when status = 'expiring' then 2 when status = 'pending' then 3 when status = 'revoked' then 6 else 4 end`,
}

/** Accounts that match all of the filter; those of the same value in the order of their ids. */
export async function sortedAccounts(
  database: Kysely<Tables>,
  organizationId: string,
  filter: AccountFilter,
  { by, isDescending }: AccountOrder,
  { limit, after }: { readonly limit: number; readonly after: AccountPosition | undefined },
): ReturnType<Store['accounts']['sorted']> {
  if (filter.ids?.length === 0) return { items: [], next: undefined }
  const value = values[by]
  const direction = isDescending ? 'desc' : 'asc'
  let query = accountsMatching(database, organizationId, filter)
    .selectAll('account')
    .select(value.as('sorted_by'))
    .orderBy(value, direction)
    .orderBy('account.id', direction)
    .limit(limit + 1)
  if (after) query = query.where(isAfter(value, after, isDescending))
  const rows = await query.execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items: AccountRecord[] = shown.map(accountRecord)
  const hasMore = rows.length > limit && last !== undefined
  return { items, next: hasMore ? { value: last.sorted_by, id: last.id } : undefined }
}

/** Rows are compared as one, which an index answers. */
function isAfter(value: RawBuilder<string | number>, after: AccountPosition, isDescending: boolean) {
  return isDescending
    ? sql<boolean>`(${value}, account.id) < (${after.value}, ${after.id})`
    : sql<boolean>`(${value}, account.id) > (${after.value}, ${after.id})`
}
