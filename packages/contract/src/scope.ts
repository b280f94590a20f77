import { z } from 'zod'

/** What a key may do. */
export const scopes = [
  'integrations:read',
  'integrations:write',
  'clients:read',
  'clients:write',
  'accounts:read',
  'accounts:write',
  'accounts:connect',
  'tokens:read',
  'proxy:call',
  'operations:read',
  'operations:write',
  'operations:run',
  'apps:read',
  'apps:write',
  'keys:write',
  'events:read',
  'audit:read',
  'organization:admin',
] as const

export const Scope = z.enum(scopes)
export type Scope = z.infer<typeof Scope>
