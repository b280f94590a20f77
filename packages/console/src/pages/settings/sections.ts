import type { Scope } from '@sallyport/contract'
import type { LinkProps } from '@tanstack/react-router'

interface SettingsSection {
  readonly to: LinkProps['to'] & string
  readonly label: string
  readonly tells: string
  /** Whoever lacks it has nothing to see there. */
  readonly scope: Scope | undefined
}

const admin = 'organization:admin'

/** What can be set, in this order. */
const sections: readonly SettingsSection[] = [
  {
    to: '/settings/people',
    label: 'People',
    tells: 'Who may log in, as what, and who is invited.',
    scope: admin,
  },
  { to: '/settings/roles', label: 'Roles', tells: 'What people of each role may do.', scope: admin },
  {
    to: '/settings/sign-on',
    label: 'Single sign-on',
    tells: 'Let people log in by your own OpenID provider.',
    scope: admin,
  },
  {
    to: '/settings/environments',
    label: 'Environments',
    tells: 'Development, production and others: what accounts live in.',
    scope: 'accounts:read',
  },
  {
    to: '/settings/organization',
    label: 'Organization and realm',
    tells: 'Its name, where its data lie, and for the operator all others.',
    scope: admin,
  },
  {
    to: '/settings/encryption',
    label: 'Encryption keys',
    tells: 'What secrets are sealed with, and new keys for them.',
    scope: admin,
  },
  {
    to: '/settings/revocations',
    label: 'Revoke many accounts',
    tells: 'After a leak: disconnect all that match, and tell their providers.',
    scope: admin,
  },
  {
    to: '/settings/transfer',
    label: 'Export and import',
    tells: 'Take definitions and accounts elsewhere, or take them over.',
    scope: admin,
  },
  {
    to: '/settings/backup',
    label: 'Backup and retention',
    tells: 'How everything is kept safe, and how long what happened is kept.',
    scope: admin,
  },
  {
    to: '/me',
    label: 'Your account',
    tells: 'Your name, password, authenticator, and where you are logged in.',
    scope: undefined,
  },
]

/** Those that somebody with these scopes has something to do with. */
export function settingsFor(scopes: readonly Scope[]): readonly SettingsSection[] {
  return sections.filter(({ scope }) => scope === undefined || scopes.includes(scope))
}
