import type { AccountStatus, Scope } from '@sallyport/contract'

/** What can be done with an account. */
export type Verb = 'test' | 'renew' | 'authorize' | 'enable' | 'disable' | 'disconnect'

interface Action {
  readonly verb: Verb
  readonly label: string
  readonly scope: Scope
  readonly among: readonly AccountStatus[]
  /** Where it is the one thing to do. */
  readonly isNext?: boolean
}

const actions: readonly Action[] = [
  { verb: 'authorize', label: 'Connect', scope: 'accounts:connect', among: ['pending'], isNext: true },
  {
    verb: 'authorize',
    label: 'Connect again',
    scope: 'accounts:connect',
    among: ['needs_reconnect', 'expiring'],
    isNext: true,
  },
  { verb: 'test', label: 'Test', scope: 'accounts:connect', among: ['connected', 'expiring', 'failing'] },
  { verb: 'renew', label: 'Renew now', scope: 'accounts:connect', among: ['connected', 'failing'] },
  {
    verb: 'authorize',
    label: 'Connect again',
    scope: 'accounts:connect',
    among: ['connected', 'failing', 'revoked'],
  },
  { verb: 'enable', label: 'Enable', scope: 'accounts:write', among: ['disabled'], isNext: true },
  {
    verb: 'disable',
    label: 'Disable',
    scope: 'accounts:write',
    among: ['connected', 'expiring', 'failing', 'needs_reconnect', 'pending'],
  },
  {
    verb: 'disconnect',
    label: 'Disconnect…',
    scope: 'accounts:write',
    among: ['connected', 'expiring', 'failing', 'needs_reconnect', 'pending', 'disabled'],
  },
]

/** What somebody may do with an account that stands like this, the one thing to do first. */
export function actionsFor(status: AccountStatus, scopes: readonly Scope[]): readonly Action[] {
  return actions.filter(({ scope, among }) => scopes.includes(scope) && among.includes(status))
}
