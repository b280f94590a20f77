import type { ClientRegistrationRecord, Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { buffer, optional } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

type Place = Pick<ClientRegistrationRecord, 'organizationId' | 'ownerId' | 'server'>

export function clientRegistrations(database: Kysely<Tables>): Store['clientRegistrations'] {
  return {
    async list(place) {
      const rows = await database
        .selectFrom('client_registration')
        .selectAll()
        .where((it) => it.and(columnsOf(place)))
        .orderBy('created_at', 'desc')
        .orderBy('client_id')
        .execute()
      return rows.map(toRecord)
    },

    replace: (registration) =>
      inTransaction(database, async (transaction) => {
        const { sealed, clientId: client_id, createdAt: created_at } = registration
        await transaction
          .updateTable('client_registration')
          .set({ superseded_at: created_at })
          .where((it) => it.and(columnsOf(registration)))
          .where('superseded_at', 'is', null)
          .execute()
        // A server may give the same client again, or another secret for it.
        const values = { sealed, created_at, superseded_at: null }
        await transaction
          .insertInto('client_registration')
          .values({ ...columnsOf(registration), client_id, ...values })
          .onConflict((conflict) =>
            conflict.columns(['organization_id', 'owner_id', 'server', 'client_id']).doUpdateSet(values),
          )
          .execute()
      }),

    async supersede(place, clientId, at) {
      await database
        .updateTable('client_registration')
        .set({ superseded_at: at })
        .where((it) => it.and(columnsOf(place)))
        .where('client_id', '=', clientId)
        .where('superseded_at', 'is', null)
        .execute()
    },
  }
}

function columnsOf({ organizationId, ownerId, server }: Place) {
  return { organization_id: organizationId, owner_id: ownerId, server }
}

function toRecord(row: Selectable<Tables['client_registration']>): ClientRegistrationRecord {
  return {
    organizationId: row.organization_id,
    ownerId: row.owner_id,
    server: row.server,
    clientId: row.client_id,
    sealed: buffer(row.sealed),
    createdAt: row.created_at,
    supersededAt: optional(row.superseded_at),
  }
}
