import { z } from 'zod'
import { HeaderName } from './placement.ts'
import { ExpiryUnit, ReplyPath } from './schemes/reply-paths.ts'

const statuses = z.array(z.int().min(100).max(599)).min(1).max(20)
const seconds = z.number().min(0.001)

const bounds = {
  concurrency: z.int().min(1).max(10_000).optional().describe('most calls under way at once'),
  rate: z
    .strictObject({
      requests: z.int().min(1).max(10_000),
      seconds: seconds.max(86_400).default(1),
    })
    .optional()
    .describe('most requests in any so many seconds'),
}

/** How much of an API its calls may take up at once; what is more waits for its turn. Absent: no limits. */
export const Limits = z.strictObject({
  ...bounds,
  perAccount: z
    .strictObject(bounds)
    .optional()
    .describe('of each account, beside the limits of all together'),
  queue: z
    .strictObject({
      length: z.int().min(0).max(10_000).default(100).describe('most waiting calls of one account'),
      seconds: z.number().min(0).max(300).default(10).describe('longest wait'),
    })
    .optional()
    .describe('accounts take turns; what does not fit is answered with limit_reached'),
})
export type Limits = z.infer<typeof Limits>

/** Which replies say that too much was sent, and until when nothing more is to be. */
export const RateLimit = z
  .strictObject({
    statuses: statuses
      .optional()
      .describe('default 429, and 503 that says until when; with `path` any failure'),
    path: ReplyPath.optional(),
    values: z.array(z.string().max(500)).min(1).max(100).optional(),
    reset: z
      .strictObject({ path: ReplyPath, unit: ExpiryUnit.default('s') })
      .optional()
      .describe('where a reply says until when, where it has no Retry-After'),
    remainingHeader: HeaderName.optional().describe('0 in it, in any reply, counts too'),
    defaultPause: z.int().min(1).max(3600).optional().describe('seconds, where a reply says no time'),
    longestPause: z.int().min(1).max(86_400).default(300).describe('seconds; longer ones are cut to it'),
    pauses: z
      .enum(['account', 'integration', 'nothing'])
      .default('account')
      .describe('whose next calls wait until then'),
  })
  .refine(({ path, values }) => path !== undefined || values === undefined, {
    path: ['path'],
    message: 'Values stand somewhere. Say where by `path`, or remove them.',
  })
export type RateLimit = z.infer<typeof RateLimit>

/** How long each phase of a call may take, in seconds. */
export const Timeouts = z.strictObject({
  connect: seconds.max(60).optional().describe('until the connection stands; default 5'),
  headers: seconds
    .max(3600)
    .optional()
    .describe('from then to the reply’s headers; default, and at most, what the operator allows'),
  idle: seconds
    .max(86_400)
    .optional()
    .describe('between two parts of the reply; default, and at most, what the operator allows'),
})
export type Timeouts = z.infer<typeof Timeouts>

/** The most that a call may ask to be sent again. */
export const mostRetries = 5

/** What is sent again where the caller does not say it by `Sallyport-Retry`: only what may safely be. */
export const Retries = z.strictObject({
  times: z.int().min(0).max(mostRetries).default(0),
  statuses: statuses.default([502, 503, 504]).describe('beside those that say that too much was sent'),
})
export type Retries = z.infer<typeof Retries>
