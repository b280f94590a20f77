import { z } from 'zod'
import { accountStatuses } from './account-status.ts'

/** What can happen to an account; docs/events.md says when each is told. */
export const eventTypes = [
  'account.connected',
  'account.expiring',
  'account.needs_reconnect',
  'account.failing',
  'account.recovered',
  'account.disconnected',
  'account.deleted',
  'account.revocation_failed',
] as const

export const EventType = z.enum(eventTypes)
export type EventType = z.infer<typeof EventType>

const time = z.iso.datetime()

/** How the account stood when it happened; never a secret. */
export const EventData = z.object({
  status: z.enum(accountStatuses).optional().describe('from then on; absent once the account is gone'),
  previousStatus: z.enum(accountStatuses).optional().describe('until then; absent for a new account'),
  reason: z.string().optional().describe('why, as a code'),
  reasonDetail: z.string().optional().describe('the same in words, the provider’s where it gave any'),
  reconnectBy: time.optional().describe('when it must be connected again, where that is known'),
  revocation: z.enum(['done', 'pending', 'failed', 'unsupported']).optional().describe('at the provider'),
})
export type EventData = z.infer<typeof EventData>

/** One change of one account; what a webhook is sent is the same. */
export const EventReply = z.object({
  id: z.string().describe('evt_…, sorts by age'),
  type: z.string().describe('account.connected and so on; a webhook’s test is webhook.test'),
  at: time,
  account: z.string().optional(),
  integration: z.string().optional().describe('its key'),
  environment: z.string().optional(),
  data: EventData,
})
export type EventReply = z.infer<typeof EventReply>
