import type { AuditCheckpointReply, AuditLine } from '@sallyport/contract'
import type { DeliveryRecord } from '../ports.ts'

/** As long as events of accounts. */
const keptTrying = 3 * 86_400_000

interface Sent {
  /** Which it is known by at its receiver. */
  readonly id: string
  readonly type: 'audit.entry' | 'audit.checkpoint'
  readonly at: string
  readonly data: AuditLine | AuditCheckpointReply
}

/** What a webhook is to be sent of an audit, from now on. */
export function auditDelivery(
  sent: Sent,
  row: Pick<DeliveryRecord, 'organizationId' | 'webhookId' | 'id'>,
  now: number,
): DeliveryRecord {
  return {
    ...row,
    eventId: sent.id,
    type: sent.type,
    body: JSON.stringify(sent),
    state: 'pending',
    attempts: 0,
    responseStatus: undefined,
    lastError: undefined,
    lastAttemptAt: undefined,
    dueAt: now,
    createdAt: now,
    expiresAt: now + keptTrying,
  }
}
