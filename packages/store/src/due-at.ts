import type { AccountRecord, Store } from '@sallyport/core/ports'
import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import { flag } from './columns.ts'
import type { Tables } from './tables.ts'

type Expression = ExpressionBuilder<Tables, 'account'>

/** What was disabled while a renewal was under way stays so. */
export function dueUnlessDisabled(dueAt: number | undefined) {
  return ({ eb }: Expression) =>
    eb
      .case()
      .when('disabled', '=', 1)
      .then(null)
      .else(dueAt ?? null)
      .end()
}

/**
 * A change of name or tags leaves it as it is: what was claimed or postponed since the account was read must not be
 * due again.
 */
export function dueAfterUpdate({ generation, disabled, dueAt }: AccountRecord) {
  return ({ eb, and, ref }: Expression) =>
    eb
      .case()
      .when(and({ generation, disabled: flag(disabled) }))
      .then(ref('due_at'))
      .else(dueAt ?? null)
      .end()
}

/** See the port. */
export async function postpone(
  database: Kysely<Tables>,
  ...[organizationId, id, generation, dueAt]: Parameters<Store['accounts']['postpone']>
): Promise<void> {
  await database
    .updateTable('account')
    .set({ due_at: dueAt ?? null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('generation', '=', generation)
    .where('disabled', '=', 0)
    .where(sql<boolean>`status in ('connected', 'failing')`)
    .execute()
}
