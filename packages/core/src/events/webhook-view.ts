import type { DeliveryReply, WebhookReply } from '@sallyport/contract'
import type { DeliveryRecord, WebhookRecord } from '../ports.ts'

/** From so many attempts on that were not taken, a webhook counts as failing. */
export const failuresOfFailing = 5

/** A webhook as replies show it. */
export function webhookView(record: WebhookRecord): WebhookReply {
  const { events, description, disabled, failures, failingSince, lastDeliveredAt } = record
  const isFailing = failures >= failuresOfFailing
  const reason = disabled ? record.disabledReason : isFailing ? record.lastError : undefined
  return {
    id: record.id,
    url: record.url,
    ...(events && { events: [...events] }),
    ...(description !== undefined && { description }),
    disabled,
    status: disabled ? 'disabled' : isFailing ? 'failing' : 'active',
    ...(reason !== undefined && { reason }),
    ...(isFailing && failingSince !== undefined && { failingSince: iso(failingSince) }),
    ...(lastDeliveredAt !== undefined && { lastDeliveredAt: iso(lastDeliveredAt) }),
    createdAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
  }
}

/** A delivery as replies show it. */
export function deliveryView(record: DeliveryRecord): DeliveryReply {
  const { responseStatus, lastError, lastAttemptAt } = record
  return {
    id: record.id,
    event: record.eventId,
    type: record.type,
    status: record.state,
    attempts: record.attempts,
    ...(responseStatus !== undefined && { response: { status: responseStatus } }),
    ...(lastError !== undefined && { error: lastError }),
    ...(lastAttemptAt !== undefined && { lastAttemptAt: iso(lastAttemptAt) }),
    ...(record.state === 'pending' && { nextAttemptAt: iso(record.dueAt) }),
    createdAt: iso(record.createdAt),
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
