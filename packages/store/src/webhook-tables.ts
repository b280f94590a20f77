import type { Flag } from './tables.ts'

export interface WebhookTable {
  organization_id: string
  id: string
  url: string
  /** JSON; null for all. */
  events: string | null
  description: string | null
  disabled: Flag
  disabled_reason: string | null
  secrets: Uint8Array
  failures: number
  failing_since: number | null
  last_error: string | null
  last_delivered_at: number | null
  /** How far in the audit it was told of entries; null where it is not. */
  audit_cursor: number | null
  version: number
  created_at: number
  updated_at: number
}

export interface DeliveryTable {
  organization_id: string
  id: string
  webhook_id: string
  event_id: string
  type: string
  body: string
  state: string
  attempts: number
  response_status: number | null
  last_error: string | null
  last_attempt_at: number | null
  due_at: number
  created_at: number
  expires_at: number
}
