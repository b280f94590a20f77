import { z } from 'zod'
import { Key } from './key.ts'

const name = z.string().trim().min(1).max(200)
const issuer = z.string().min(1).max(1000).describe('exactly as the provider names itself')
const clientId = z.string().regex(/^[\x20-\x7e]{1,500}$/, 'must be 1 to 500 printable ASCII characters')
const clientSecret = z.string().regex(/^[\x20-\x7e]{1,2000}$/, 'must be 1 to 2000 printable ASCII characters')
const scopes = z
  .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be a scope (RFC 6749 §3.3)'))
  .max(50)
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/, 'must be a domain such as example.com')
const allowedEmailDomains = z.array(domain).max(100)

/** An OpenID provider by which people of the organization log in. */
export const IdentityProviderInput = z.strictObject({
  key: Key,
  name,
  issuer,
  clientId,
  clientSecret: clientSecret.optional().describe('absent for a public client'),
  scopes: scopes.default(['email', 'profile']).describe('beside openid'),
  defaultRole: Key.optional().describe('role of people who log in for the first time; absent: they may not'),
  allowedEmailDomains: allowedEmailDomains
    .default([])
    .describe(
      'whose people may become users at their first login; empty: anybody whom the provider vouches for',
    ),
  ssoOnly: z
    .boolean()
    .default(false)
    .describe('nobody of the organization but its owners may log in with a password'),
  disabled: z.boolean().default(false),
})
export type IdentityProviderInput = z.infer<typeof IdentityProviderInput>

export const IdentityProviderPatch = z.strictObject({
  name: name.optional(),
  issuer: issuer.optional(),
  clientId: clientId.optional(),
  clientSecret: clientSecret.nullable().optional(),
  scopes: scopes.optional(),
  defaultRole: Key.nullable().optional(),
  allowedEmailDomains: allowedEmailDomains.optional(),
  ssoOnly: z.boolean().optional(),
  disabled: z.boolean().optional(),
})
export type IdentityProviderPatch = z.infer<typeof IdentityProviderPatch>

/** An identity provider as replies show it, without its secret. */
export const IdentityProviderReply = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  scopes: z.array(z.string()),
  defaultRole: z.string().optional(),
  allowedEmailDomains: z.array(z.string()),
  ssoOnly: z.boolean(),
  disabled: z.boolean(),
  redirectUri: z.string().describe('to be registered at the provider'),
  secretsSet: z.array(z.string()).describe('JSON Pointers of the secrets that are stored'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type IdentityProviderReply = z.infer<typeof IdentityProviderReply>
