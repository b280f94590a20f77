import type { Scope } from '@sallyport/contract'
import type { LinkProps } from '@tanstack/react-router'
import type { IconName } from './icon.tsx'

interface Section {
  readonly to: LinkProps['to'] & string
  readonly label: string
  readonly icon: IconName
  /** Whoever lacks it has nothing to see there. */
  readonly scope?: Scope
}

/** Where one can go, in this order. */
export const sections: readonly Section[] = [
  { to: '/', label: 'Overview', icon: 'overview' },
  { to: '/integrations', label: 'Integrations', icon: 'integrations', scope: 'integrations:read' },
  { to: '/oauth-clients', label: 'OAuth clients', icon: 'oauthClients', scope: 'clients:read' },
  { to: '/accounts', label: 'Connected accounts', icon: 'accounts', scope: 'accounts:read' },
  { to: '/apps', label: 'Apps', icon: 'apps', scope: 'apps:read' },
  { to: '/keys', label: 'API keys', icon: 'keys', scope: 'keys:write' },
  { to: '/operations', label: 'Operations', icon: 'operations', scope: 'operations:read' },
  { to: '/events', label: 'Events', icon: 'events', scope: 'events:read' },
  { to: '/audit', label: 'Audit', icon: 'audit', scope: 'audit:read' },
  { to: '/settings', label: 'Settings', icon: 'settings' },
]
