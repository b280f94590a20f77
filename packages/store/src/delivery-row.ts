import type { DeliveryRecord, DeliveryState } from '@sallyport/core/ports'
import type { Insertable, Selectable } from 'kysely'
import { optional } from './columns.ts'
import type { Tables } from './tables.ts'

export type DeliveryRow = Selectable<Tables['delivery']>

export function deliveryRow(record: DeliveryRecord): Insertable<Tables['delivery']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    webhook_id: record.webhookId,
    event_id: record.eventId,
    type: record.type,
    body: record.body,
    state: record.state,
    attempts: record.attempts,
    response_status: record.responseStatus ?? null,
    last_error: record.lastError ?? null,
    last_attempt_at: record.lastAttemptAt ?? null,
    due_at: record.dueAt,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  }
}

export function deliveryRecord(row: DeliveryRow): DeliveryRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    type: row.type,
    body: row.body,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    responseStatus: optional(row.response_status),
    lastError: optional(row.last_error),
    lastAttemptAt: optional(row.last_attempt_at),
    dueAt: row.due_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
