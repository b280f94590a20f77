import { z } from 'zod'
import { ReplyPath } from './reply-paths.ts'

const statuses = z.array(z.int().min(100).max(599)).min(1).max(20)

/** A reply with one of these statuses and, if given, one of these values at the path. */
const ReplyRule = z.strictObject({
  statuses: statuses.optional(),
  path: ReplyPath.optional(),
  values: z.array(z.string().max(500)).min(1).max(100).optional(),
})
export type ReplyRule = z.infer<typeof ReplyRule>

/** Which of an API's replies say what of the credential. */
export const AuthErrors = z
  .strictObject({
    statuses: statuses.default([401, 403]).meta({
      description: 'these, with `path` and `values`, mean: expired, renew and retry',
    }),
    path: ReplyPath.optional(),
    values: z.array(z.string().max(500)).min(1).max(100).optional(),
    revoked: ReplyRule.optional().describe('connect the account again'),
    forbidden: ReplyRule.optional().describe('never renews'),
    rateLimited: ReplyRule.optional().describe('never renews; the caller waits'),
  })
  .refine(
    ({ statuses, path, values }) =>
      (path !== undefined && values !== undefined) || statuses.every((status) => status >= 300),
    {
      path: ['statuses'],
      message: 'A status of success counts with `path` and `values` alone. Give them, or remove it.',
    },
  )
export type AuthErrors = z.infer<typeof AuthErrors>
