import { z } from 'zod'
import { Key } from './key.ts'
import { PersonName } from './person.ts'
import { Scope } from './scope.ts'

/** Somebody of the organization who may log in. */
export const UserReply = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  disabled: z.boolean(),
  hasPassword: z.boolean(),
  hasTotp: z.boolean(),
  identities: z
    .array(z.object({ issuer: z.string(), createdAt: z.iso.datetime() }))
    .describe('identity providers by which they log in'),
  createdAt: z.iso.datetime(),
  lastLoginAt: z.iso.datetime().optional(),
})
export type UserReply = z.infer<typeof UserReply>

/** Whoever asks, and what they may do. */
export const OwnUserReply = UserReply.extend({ organization: z.string(), scopes: z.array(Scope) })
export type OwnUserReply = z.infer<typeof OwnUserReply>

export const UserPatch = z.strictObject({
  role: Key.optional(),
  name: PersonName.optional(),
  disabled: z.boolean().optional(),
})
export type UserPatch = z.infer<typeof UserPatch>
