import { z } from 'zod'
import { WebhookEventType } from './event.ts'

const url = z.string().min(1).max(2048).describe('https; plain http only into allowed private ranges')
const events = z
  .array(WebhookEventType)
  .min(1)
  .max(100)
  .describe('only these; absent for all that happens to accounts')
const description = z.string().trim().max(500)

/** Who is to be told, and of what. */
export const WebhookInput = z.strictObject({
  url,
  events: events.optional(),
  description: description.optional(),
  disabled: z.boolean().default(false),
})
export type WebhookInput = z.infer<typeof WebhookInput>

/** A JSON merge patch (RFC 7396) of a webhook. */
export const WebhookPatch = z.strictObject({
  url: url.optional(),
  events: events.nullable().optional(),
  description: description.nullable().optional(),
  disabled: z.boolean().optional(),
})
export type WebhookPatch = z.infer<typeof WebhookPatch>

const time = z.iso.datetime()

/** A webhook as replies show it: without its signing secret. */
export const WebhookReply = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(WebhookEventType).optional(),
  description: z.string().optional(),
  disabled: z.boolean(),
  status: z
    .enum(['active', 'failing', 'disabled'])
    .describe('failing: the last five attempts or more were not taken'),
  reason: z
    .string()
    .optional()
    .describe(
      'why it is failing, or was disabled: `gone` after a 410, `quarantined` in a copy of a database',
    ),
  failingSince: time.optional(),
  lastDeliveredAt: time.optional(),
  createdAt: time,
  updatedAt: time,
})
export type WebhookReply = z.infer<typeof WebhookReply>

/** With the secret, this once. */
export const NewWebhookReply = WebhookReply.extend({
  secret: z.string().describe('whsec_ and the key in base64, as Standard Webhooks has it; shown this once'),
})
export type NewWebhookReply = z.infer<typeof NewWebhookReply>

/** One event on its way to one webhook. */
export const DeliveryReply = z.object({
  id: z.string(),
  event: z.string().describe('id of the event, which is sent as webhook-id'),
  type: z.string(),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int(),
  response: z.object({ status: z.int() }).optional().describe('what the last attempt was answered'),
  error: z.string().optional().describe('why the last attempt failed, as a code'),
  lastAttemptAt: time.optional(),
  nextAttemptAt: time.optional(),
  createdAt: time,
})
export type DeliveryReply = z.infer<typeof DeliveryReply>
