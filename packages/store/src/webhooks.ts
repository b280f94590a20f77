import type { WebhookEventType } from '@sallyport/contract'
import type { Store, WebhookRecord } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { firstCursor, nextCursor } from './audit-export.ts'
import { buffer, flag, optional, strings } from './columns.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export function webhooks(database: Kysely<Tables>): Store['webhooks'] {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('webhook').selectAll().where('organization_id', '=', organizationId)
  return {
    async create(webhook) {
      const { organizationId, events } = webhook
      const row = { ...toRow(webhook), audit_cursor: firstCursor(organizationId, events) }
      await database.insertInto('webhook').values(row).execute()
    },
    async get(organizationId, id) {
      const row = await inOrganization(organizationId).where('id', '=', id).executeTakeFirst()
      return row && toRecord(row)
    },
    async list(organizationId, { limit, after }) {
      const query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, toRecord)
    },
    async update(webhook) {
      const { organizationId, id, version } = webhook
      const { url, events, description, disabled, disabled_reason, secrets, updated_at } = toRow(webhook)
      const result = await database
        .updateTable('webhook')
        .set({ url, events, description, disabled, disabled_reason, secrets, updated_at, version })
        .set({ audit_cursor: nextCursor(organizationId, webhook.events) })
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where('version', '=', version - 1)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async delete(organizationId, id) {
      const deletion = database.deleteFrom('webhook').where('organization_id', '=', organizationId)
      const result = await deletion.where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

function toRow(record: WebhookRecord): Insertable<Tables['webhook']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    url: record.url,
    events: record.events ? JSON.stringify(record.events) : null,
    description: record.description ?? null,
    disabled: flag(record.disabled),
    disabled_reason: record.disabledReason ?? null,
    secrets: record.secrets,
    failures: record.failures,
    failing_since: record.failingSince ?? null,
    last_error: record.lastError ?? null,
    last_delivered_at: record.lastDeliveredAt ?? null,
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  }
}

function toRecord(row: Selectable<Tables['webhook']>): WebhookRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    url: row.url,
    events: row.events === null ? undefined : strings<WebhookEventType>(row.events),
    description: optional(row.description),
    disabled: row.disabled === 1,
    disabledReason: optional(row.disabled_reason),
    secrets: buffer(row.secrets),
    failures: row.failures,
    failingSince: optional(row.failing_since),
    lastError: optional(row.last_error),
    lastDeliveredAt: optional(row.last_delivered_at),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
