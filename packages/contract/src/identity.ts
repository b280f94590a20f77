import { z } from 'zod'
import { Key } from './key.ts'
import { Scope } from './scope.ts'

const tags = z.record(
  z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -'),
  z.string().max(256),
)
const addresses = z
  .array(z.string().min(1).max(64))
  .min(1)
  .max(100)
  .describe('only callers from these ranges, as 10.0.0.0/8')
const expiresAt = z.iso.datetime({ offset: true })

/** A key to be made: never broader than the one that makes it. */
export const ApiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(200),
  scopes: z.array(Scope).min(1),
  accounts: z.array(z.string().min(1).max(64)).min(1).max(1000).optional().describe('only these accounts'),
  app: Key.optional().describe('with `profile`'),
  profile: Key.optional().describe('adapters resolve in it; only its environment’s accounts'),
  environment: Key.optional().describe('only accounts of this environment'),
  tags: tags.optional().describe('only accounts with all of these tags'),
  addresses: addresses.optional(),
  expiresAt: expiresAt.optional().describe('default: in one year; three years at most'),
})
export type ApiKeyInput = z.infer<typeof ApiKeyInput>

/** A JSON merge patch (RFC 7396) of a key, which only becomes narrower. */
export const ApiKeyPatch = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  addresses: addresses.optional(),
  expiresAt: expiresAt.optional(),
})
export type ApiKeyPatch = z.infer<typeof ApiKeyPatch>

/** How long the secret before works on. */
export const RotateKeyInput = z.strictObject({
  graceSeconds: z.int().min(0).max(2_592_000).default(86_400).describe('0: it ends at once'),
})

export const ApiKeyReply = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  accounts: z.array(z.string()).optional(),
  app: z.string().optional(),
  profile: z.string().optional(),
  environment: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  addresses: z.array(z.string()).optional(),
  previousUntil: z.iso.datetime().optional().describe('until when the secret before this one works'),
  lastUsedAt: z.iso.datetime().optional(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type ApiKeyReply = z.infer<typeof ApiKeyReply>

/** A key when it has just been made: the only time that it is shown. */
export const NewApiKeyReply = ApiKeyReply.extend({ key: z.string() })
export type NewApiKeyReply = z.infer<typeof NewApiKeyReply>

export const SetupInput = z.strictObject({ token: z.string().min(1).max(200) })
