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
export const OwnUserReply = UserReply.extend({
  organization: z.string(),
  organizationName: z.string(),
  operator: z
    .boolean()
    .describe('whether the organization is the operator’s, which makes and suspends the others'),
  scopes: z.array(Scope),
  recoveryCodes: z.int().min(0).describe('how many are left'),
  realm: z
    .object({ name: z.string(), publicUrl: z.string().describe('what redirect URIs begin with') })
    .describe('where the organization is, with all that it has'),
})
export type OwnUserReply = z.infer<typeof OwnUserReply>

/** What people change of themselves. */
export const OwnUserPatch = z.strictObject({ name: PersonName.optional() })
export type OwnUserPatch = z.infer<typeof OwnUserPatch>

export const UserPatch = z.strictObject({
  role: Key.optional(),
  name: PersonName.optional(),
  disabled: z.boolean().optional(),
})
export type UserPatch = z.infer<typeof UserPatch>
