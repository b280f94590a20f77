/** What can happen to an account; docs/events.md says when each is told. */
export const eventTypes = [
  'account.connected',
  'account.expiring',
  'account.needs_reconnect',
  'account.failing',
  'account.recovered',
  'account.different_person',
  'account.disconnected',
  'account.deleted',
  'account.revocation_failed',
] as const

/** What is written to the audit and signed of it: told only to webhooks that ask for it by name. */
export const auditEventTypes = ['audit.entry', 'audit.checkpoint'] as const
