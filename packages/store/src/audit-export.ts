import type { Store } from '@sallyport/core/ports'
import { type Kysely, sql } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { deliveryRow } from './delivery-row.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

type Audit = Store['audit']

/** How far chains were handed on: to a file, and to webhooks that are told of entries. */
export function auditExport(
  database: Kysely<Tables>,
): Pick<Audit, 'exportDue' | 'exported' | 'webhooksDue' | 'announce'> {
  return {
    async exportDue(limit) {
      // A job of all.
      const rows = await acrossOrganizations(database)
        .selectFrom('audit_head')
        .select(['organization_id', 'exported_sequence'])
        .whereRef('sequence', '>', 'exported_sequence')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ organizationId: row.organization_id, sequence: row.exported_sequence }))
    },

    async exported({ organizationId, sequence }, to) {
      const head = database.updateTable('audit_head').where('organization_id', '=', organizationId)
      await head.set({ exported_sequence: to }).where('exported_sequence', '=', sequence).execute()
    },

    async webhooksDue(limit) {
      // A job of all.
      const rows = await acrossOrganizations(database)
        .selectFrom('webhook')
        .innerJoin('audit_head', 'audit_head.organization_id', 'webhook.organization_id')
        .select(['webhook.organization_id', 'webhook.id', 'webhook.audit_cursor'])
        .where('webhook.audit_cursor', 'is not', null)
        .where('webhook.disabled', '=', 0)
        .whereRef('audit_head.sequence', '>', 'webhook.audit_cursor')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        organizationId: row.organization_id,
        webhookId: row.id,
        sequence: row.audit_cursor ?? 0,
      }))
    },

    announce: ({ organizationId, webhookId, sequence }, to, deliveries) =>
      inTransaction(database, async (transaction) => {
        const webhook = transaction.updateTable('webhook').where('organization_id', '=', organizationId)
        const moved = webhook
          .set({ audit_cursor: to })
          .where('id', '=', webhookId)
          .where('audit_cursor', '=', sequence)
        // Another process was faster.
        if ((await moved.executeTakeFirst()).numUpdatedRows !== 1n) return
        await transaction.insertInto('delivery').values(deliveries.map(deliveryRow)).execute()
      }),
  }
}

/** Where a webhook begins that is told of entries from now on; null for one that is not. */
export function firstCursor(organizationId: string, events: readonly string[] | undefined) {
  if (!events?.includes('audit.entry')) return null
  return sql<number>`(select sequence from audit_head where organization_id = ${organizationId})`
}

/** The same of one that may have been told before, and goes on. */
export function nextCursor(organizationId: string, events: readonly string[] | undefined) {
  const first = firstCursor(organizationId, events)
  return first && sql<number>`coalesce(audit_cursor, ${first})`
}
