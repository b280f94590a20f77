import { z } from 'zod'
import { Key } from './key.ts'
import { Scope } from './scope.ts'

/** Roles that every organization has. */
export const builtInRoleNames = ['owner', 'admin', 'developer', 'operator', 'auditor'] as const

const name = z.string().trim().min(1).max(200)
const without = z.array(Scope).max(100)

/** A role of an organization's own: a built-in one less some scopes. */
export const RoleInput = z.strictObject({
  key: Key,
  name,
  base: z.enum(builtInRoleNames),
  without: without.default([]).describe('scopes of the base that this role does not hold'),
})
export type RoleInput = z.infer<typeof RoleInput>

export const RolePatch = z.strictObject({
  name: name.optional(),
  base: z.enum(builtInRoleNames).optional(),
  without: without.optional(),
})
export type RolePatch = z.infer<typeof RolePatch>

export const RoleReply = z.object({
  key: z.string(),
  name: z.string(),
  builtIn: z.boolean(),
  base: z.enum(builtInRoleNames).optional(),
  without: z.array(Scope).optional(),
  scopes: z.array(Scope),
  createdAt: z.iso.datetime().optional(),
})
export type RoleReply = z.infer<typeof RoleReply>
export type BuiltInRoleName = (typeof builtInRoleNames)[number]
