import { z } from 'zod'
import { Key } from './key.ts'

const moment = z.iso.datetime({ offset: true })
const time = z.iso.datetime()

/** Which accounts are to be disconnected and revoked at their providers: those that match all that is given. */
export const RevocationInput = z.strictObject({
  integration: Key.optional(),
  client: Key.optional().describe('of every integration that shares this OAuth client'),
  environment: Key.optional(),
  key: z.string().min(1).max(64).optional().describe('id of an API key: the accounts that it can use'),
  connectedSince: moment.optional().describe('connected, or connected again, from this moment on'),
  connectedUntil: moment.optional().describe('and before this one'),
  all: z.literal(true).optional().describe('every account of the organization; in place of all the others'),
  dryRun: z.boolean().default(false).describe('only tell how many it would be'),
})
export type RevocationInput = z.infer<typeof RevocationInput>

/** The same, as a run keeps it. */
export const RevocationFilter = RevocationInput.omit({ dryRun: true })
export type RevocationFilter = z.infer<typeof RevocationFilter>

const count = z.int().min(0)

/** How many accounts a revocation would take, and of how many the provider could be told. */
export const RevocationPreview = z.object({
  dryRun: z.literal(true),
  total: count,
  integrations: z.array(
    z.object({
      integration: z.string(),
      accounts: count,
      revocable: z
        .boolean()
        .describe('whether its definition names a way; an issuer may turn out to publish none'),
    }),
  ),
})
export type RevocationPreview = z.infer<typeof RevocationPreview>

/** What is under way, or was done. `done` is the sum of the four that follow it. */
export const RevocationReply = z.object({
  id: z.string(),
  status: z.enum(['running', 'done']),
  filter: RevocationFilter,
  total: count,
  done: count,
  revoked: count.describe('the provider has been told'),
  unsupported: count.describe('the provider has no way to be told; the secrets are destroyed here'),
  failed: count.describe('the provider refused, or could not be told in seven days'),
  gone: count.describe('deleted by somebody before their turn came'),
  remaining: count.describe(
    'not done yet: `waiting`, still as they were, and `pending`, already disconnected',
  ),
  startedAt: time,
  endedAt: time.optional(),
})
export type RevocationReply = z.infer<typeof RevocationReply>

export const revokedAccountStates = [
  'waiting',
  'pending',
  'revoked',
  'unsupported',
  'failed',
  'gone',
] as const
export type RevokedAccountState = (typeof revokedAccountStates)[number]

/** One account of a revocation. */
export const RevokedAccountReply = z.object({
  account: z.string(),
  integration: z.string(),
  environment: z.string(),
  state: z.enum(revokedAccountStates),
  reason: z.string().optional().describe('why it has not come further, as a code'),
  reasonDetail: z.string().optional().describe('the same in words'),
  attempts: count.describe('to tell the provider, that failed'),
  nextAttemptAt: time.optional(),
})
export type RevokedAccountReply = z.infer<typeof RevokedAccountReply>
