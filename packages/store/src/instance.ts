import type { Clock, InstanceSeen, Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import type { Announce } from './announce.ts'
import { optional } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import { isSamePlace, type Place } from './place.ts'
import { quarantine } from './quarantine.ts'
import type { Tables } from './tables.ts'

/** There is one row, and this is its key. */
const only = 1
/** Of a database that was never set back, restored or adopted. */
const unsettled = { rolled_back_from: null, backup_at: null, adopted_at: null }

export interface InstancePorts {
  readonly clock: Clock
  readonly place: () => Promise<Place>
  readonly announce: Announce
}

export function instance(database: Kysely<Tables>, ports: InstancePorts): Store['instance'] {
  const { place } = ports
  return {
    async read() {
      const [here, row] = [await place(), await readRow(database)]
      if (!row) return undefined
      const { id, epoch } = row
      return {
        ...{ id, epoch, isHere: isSamePlace(placeOf(row), here) },
        rolledBackFrom: optional(row.rolled_back_from),
        backupAt: optional(row.backup_at),
        adoptedAt: optional(row.adopted_at),
      }
    },

    async create(id) {
      const values = { ...{ only, id, epoch: 1, place: JSON.stringify(await place()) }, ...unsettled }
      const insertion = database.insertInto('instance').values(values)
      await insertion.onConflict((conflict) => conflict.column('only').doNothing()).execute()
    },

    advance: (seen) => advance(database, place, seen),

    async noteRollback({ id, epoch }) {
      const update = database.updateTable('instance').set({ rolled_back_from: epoch }).where('id', '=', id)
      await update
        .where(({ eb, or }) => or([eb('rolled_back_from', 'is', null), eb('rolled_back_from', '<', epoch)]))
        .execute()
    },

    async settle({ id, epoch }, adoptedAt) {
      await settle(database, { id, epoch, adoptedAt, place: JSON.stringify(await place()) })
    },

    async quarantine(next) {
      const here = JSON.stringify(await place())
      return inTransaction(database, async (transaction) => {
        const counts = await quarantine(transaction, ports)
        await settle(transaction, { ...next, adoptedAt: undefined, place: here })
        return counts
      })
    },
  }
}

async function readRow(database: Kysely<Tables>): Promise<Selectable<Tables['instance']> | undefined> {
  return database.selectFrom('instance').selectAll().where('only', '=', only).executeTakeFirst()
}

function placeOf({ place }: Pick<Selectable<Tables['instance']>, 'place'>): Place {
  return JSON.parse(place) as Place
}

async function advance(
  database: Kysely<Tables>,
  place: () => Promise<Place>,
  { id, epoch }: InstanceSeen,
): Promise<number | undefined> {
  const [here, row] = [await place(), await readRow(database)]
  if (!row || !isSamePlace(placeOf(row), here)) return undefined
  const next = await database
    .updateTable('instance')
    // With what is known of the place now and was not when it was written.
    .set(({ eb }) => ({ epoch: eb('epoch', '+', 1), place: JSON.stringify({ ...here, ...placeOf(row) }) }))
    .where('id', '=', id)
    .where('epoch', '>=', epoch)
    .where('place', '=', row.place)
    .where('rolled_back_from', 'is', null)
    .returning('epoch')
    .executeTakeFirst()
  return next?.epoch
}

async function settle(
  database: Kysely<Tables>,
  { adoptedAt, ...next }: InstanceSeen & { readonly place: string; readonly adoptedAt: number | undefined },
): Promise<void> {
  const adopted = adoptedAt === undefined ? {} : { adopted_at: adoptedAt }
  const update = database
    .updateTable('instance')
    .set({ ...next, rolled_back_from: null, backup_at: null, ...adopted })
  await update.where('only', '=', only).where('epoch', '<', next.epoch).execute()
}
