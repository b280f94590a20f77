import { z } from 'zod'
import { accountStatuses } from './account-status.ts'
import { auditEventTypes, eventTypes } from './event-types.ts'

/** All that a webhook can be told. */
export const WebhookEventType = z.enum([...eventTypes, ...auditEventTypes])
export type WebhookEventType = z.infer<typeof WebhookEventType>

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
  differences: z
    .array(z.string())
    .optional()
    .describe('names of the kept values that were otherwise before it was connected again'),
})
export type EventData = z.infer<typeof EventData>

const accountName = z
  .string()
  .optional()
  .describe(
    'what the account is called now, where it is still there; in lists alone, for whoever may read accounts',
  )

/** One change of one account; what a webhook is sent is the same. */
export const EventReply = z.object({
  id: z.string().describe('evt_…, sorts by age'),
  type: z.string().describe('account.connected and so on; a webhook’s test is webhook.test'),
  at: time,
  account: z.string().optional(),
  accountName,
  integration: z.string().optional().describe('its key'),
  environment: z.string().optional(),
  data: EventData,
})
export type EventReply = z.infer<typeof EventReply>

const milliseconds = z.number().min(0)

/** How one call of an API went; never a query, a header or a body. */
export const CallData = z.object({
  requestId: z.string().describe('as in Sallyport-Request-Id'),
  key: z.string().optional().describe('id of the key that called; absent for the operator’s own'),
  method: z.string(),
  host: z.string().optional().describe('of the API; absent where nothing was sent'),
  path: z.string().describe('after the account, numbers, ids and what looks like a secret as {id}'),
  status: z.int().optional().describe('what the caller was answered; absent where it had left before'),
  code: z.string().optional().describe('why there was no reply of the API’s'),
  brokenBy: z.enum(['caller', 'upstream']).optional().describe('who ended it before its end'),
  attempts: z.int().describe('requests that were made to the API'),
  bytes: z.object({ up: z.int(), down: z.int() }).describe('of bodies, to the API and from it'),
  milliseconds: z
    .object({
      queued: milliseconds.optional().describe('until it had its turn'),
      token: milliseconds.optional().describe('until there was a token'),
      connect: milliseconds.optional().describe('until a connection took it'),
      firstByte: milliseconds.optional().describe('from then until the reply began'),
      total: milliseconds.describe('from its arrival to the last byte'),
    })
    .describe('parts that it did not come to, or that took no time, are absent'),
})
export type CallData = z.infer<typeof CallData>

/** One call of an API, told when it has ended. No webhook is sent it. */
export const CallEventReply = z.object({
  id: z.string().describe('evt_…, sorts by age'),
  type: z.literal('call'),
  at: time.describe('when it ended'),
  account: z.string().optional().describe('absent where none was found'),
  accountName,
  integration: z.string().optional().describe('its key'),
  environment: z.string().optional(),
  data: CallData,
})
export type CallEventReply = z.infer<typeof CallEventReply>

/** What happened: to an account, or in a call. */
export const AnyEventReply = z.union([CallEventReply, EventReply])
export type AnyEventReply = z.infer<typeof AnyEventReply>
