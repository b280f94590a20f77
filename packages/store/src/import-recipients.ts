import type { ImportRecipientRecord, ImportRecipientStore } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { buffer } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

export function importRecipients(database: Kysely<Tables>): ImportRecipientStore {
  return {
    async list(organizationId, now) {
      const rows = await database
        .selectFrom('import_recipient')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('expires_at', '>', now)
        .orderBy('id')
        .execute()
      return rows.map(toRecord)
    },
    create: ({ organizationId, id, recipient, sealed, createdAt, expiresAt }) =>
      inTransaction(database, async (transaction) => {
        const ended = transaction.deleteFrom('import_recipient').where('organization_id', '=', organizationId)
        await ended.where('expires_at', '<=', createdAt).execute()
        const times = { created_at: createdAt, expires_at: expiresAt }
        await transaction
          .insertInto('import_recipient')
          .values({ organization_id: organizationId, id, recipient, sealed, ...times })
          .execute()
      }),
    async delete(organizationId, id) {
      const deletion = database.deleteFrom('import_recipient').where('organization_id', '=', organizationId)
      return (await deletion.where('id', '=', id).executeTakeFirst()).numDeletedRows === 1n
    },
  }
}

function toRecord(row: Selectable<Tables['import_recipient']>): ImportRecipientRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    recipient: row.recipient,
    sealed: buffer(row.sealed),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
