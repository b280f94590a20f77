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
]

/** Those that somebody with these scopes has something to do with. */
export function settingsFor(scopes: readonly Scope[]): readonly SettingsSection[] {
  return sections.filter(({ scope }) => scope === undefined || scopes.includes(scope))
}
