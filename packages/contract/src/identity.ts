import { z } from 'zod'
import { Key } from './key.ts'
import { Scope } from './scope.ts'

/** A key to be made: never broader than the one that makes it. */
export const ApiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(200),
  scopes: z.array(Scope).min(1),
  accounts: z.array(z.string().min(1).max(64)).min(1).max(1000).optional().describe('only these accounts'),
  app: Key.optional().describe('with `profile`'),
  profile: Key.optional().describe('adapters resolve in it; only its environment’s accounts'),
  environment: Key.optional().describe('only accounts of this environment'),
  expiresAt: z.iso.datetime({ offset: true }).optional().describe('default: in one year'),
})
export type ApiKeyInput = z.infer<typeof ApiKeyInput>

export const ApiKeyReply = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  accounts: z.array(z.string()).optional(),
  app: z.string().optional(),
  profile: z.string().optional(),
  environment: z.string().optional(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type ApiKeyReply = z.infer<typeof ApiKeyReply>

/** A key when it has just been made: the only time that it is shown. */
export const NewApiKeyReply = ApiKeyReply.extend({ key: z.string() })
export type NewApiKeyReply = z.infer<typeof NewApiKeyReply>

export const SetupInput = z.strictObject({ token: z.string().min(1).max(200) })
