import type { Kysely } from 'kysely'
import type { stateColumns } from './account-row.ts'
import type { dueUnlessDisabled } from './due-at.ts'
import type { Tables } from './tables.ts'

/** An account, by the generation that is renewed. */
interface Which {
  readonly organizationId: string
  readonly id: string
  readonly generation: number
}

/** What a renewal writes. */
type Columns = Omit<ReturnType<typeof stateColumns>, 'due_at'> & {
  readonly due_at: ReturnType<typeof dueUnlessDisabled>
  readonly updated_at: number
}

/** Writes the next generation of an account whose status stays as it is; false where it does not. */
export async function renew(database: Kysely<Tables>, which: Which, columns: Columns): Promise<boolean> {
  const { numUpdatedRows } = await renewal(database, which, columns).executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * The same, and ends the intents of the generations before: one statement, which is one transaction and one round trip
 * where there were four.
 */
export async function renewAtOnce(
  database: Kysely<Tables>,
  which: Which,
  columns: Columns,
): Promise<boolean> {
  const renewed = await database
    .with('renewed', (its) => renewal(its, which, columns).returning('id'))
    .with('ended', (its) =>
      its
        .deleteFrom('renewal_intent')
        .where('organization_id', '=', which.organizationId)
        .where('account_id', '=', which.id)
        .where('generation', '<', columns.generation)
        .where(({ exists, selectFrom }) => exists(selectFrom('renewed').select('id'))),
    )
    .selectFrom('renewed')
    .select('id')
    .execute()
  return renewed.length === 1
}

function renewal(
  database: Pick<Kysely<Tables>, 'updateTable'>,
  { organizationId, id, generation }: Which,
  columns: Columns,
) {
  return database
    .updateTable('account')
    .set((expression) => ({ ...columns, version: expression('version', '+', 1) }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('generation', '=', generation)
    .where('status', '=', columns.status)
    .where('reason', 'is', null)
}
