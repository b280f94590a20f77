/** Where an account stands (api.md's words; each is one a person can act on). */
export const accountStatuses = [
  'pending',
  'connected',
  'expiring',
  'failing',
  'needs_reconnect',
  'disabled',
  'revoked',
] as const

export type AccountStatus = (typeof accountStatuses)[number]
