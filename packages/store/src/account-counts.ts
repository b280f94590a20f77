import type { AccountStatus } from '@sallyport/contract'
import type { AccountFilter } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { accountsMatching } from './account-list.ts'
import type { Tables } from './tables.ts'

/** How many accounts of each status match, as core shows them: what is disabled is that, and what has expired cannot go on. */
export async function countByStatus(
  database: Kysely<Tables>,
  organizationId: string,
  filter: AccountFilter,
): Promise<ReadonlyMap<AccountStatus, number>> {
  if (filter.ids?.length === 0) return new Map()
  const rows = await accountsMatching(database, organizationId, filter)
    .select(({ fn, eb }) => [
      'status',
      'disabled',
      fn.countAll<number>().as('count'),
      fn
        .sum<number | null>(
          eb
            .case()
            .when(
              eb.and([
                eb('disabled', '=', 0),
                eb('status', '=', 'expiring'),
                eb('renewable', '=', 0),
                eb('expires_at', '<=', filter.now ?? 0),
              ]),
            )
            .then(1)
            .else(0)
            .end(),
        )
        .as('ended'),
    ])
    .groupBy(['status', 'disabled'])
    .execute()
  const counts = new Map<AccountStatus, number>()
  const add = (status: AccountStatus, count: number) => counts.set(status, (counts.get(status) ?? 0) + count)
  for (const { status, disabled, count, ended } of rows) {
    const [all, over] = [Number(count), Number(ended ?? 0)]
    if (disabled === 1) add('disabled', all)
    else {
      add(status as AccountStatus, all - over)
      add('needs_reconnect', over)
    }
  }
  return counts
}
