import type { Scope } from '@sallyport/contract'

interface Words {
  readonly label: string
  /** What it allows, as a sentence goes on after “may”. */
  readonly allows: string
}

/** What each scope lets somebody do, as people say it: for roles and for keys. */
export const scopeWords: Readonly<Record<Scope, Words>> = {
  'integrations:read': { label: 'See integrations', allows: 'read definitions and the catalogue' },
  'integrations:write': { label: 'Change integrations', allows: 'make, change and delete integrations' },
  'clients:read': { label: 'See OAuth clients', allows: 'read OAuth clients, without their secrets' },
  'clients:write': { label: 'Change OAuth clients', allows: 'make, change and delete OAuth clients' },
  'accounts:read': {
    label: 'See accounts',
    allows: 'read connected accounts, their timeline and environments',
  },
  'accounts:write': {
    label: 'Change accounts',
    allows: 'add, change, disable, disconnect and delete accounts',
  },
  'accounts:connect': { label: 'Connect accounts', allows: 'connect, test and renew accounts' },
  'tokens:read': { label: 'Take tokens', allows: 'read access tokens in the clear' },
  'proxy:call': { label: 'Call APIs', allows: 'call APIs through the passage; keys alone can' },
  'operations:read': { label: 'See operations', allows: 'read saved operations' },
  'operations:write': { label: 'Change operations', allows: 'make, change and delete operations' },
  'operations:run': { label: 'Run operations', allows: 'run operations with their inputs' },
  'apps:read': { label: 'See apps', allows: 'read apps, their adapters and profiles' },
  'apps:write': { label: 'Change apps', allows: 'change apps, and bind profiles to accounts' },
  'keys:write': { label: 'Keep keys', allows: 'make, change and revoke API keys' },
  'events:read': { label: 'See events', allows: 'read what happened, calls among it' },
  'audit:read': { label: 'See the audit', allows: 'read and verify who changed what' },
  'organization:admin': {
    label: 'Administer',
    allows: 'look after people, roles, sign-on, environments, encryption and the organization',
  },
}
