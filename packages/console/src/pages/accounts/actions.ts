import type { AccountForm, AccountStatus, Scope } from '@sallyport/contract'

/** What can be done with an account. */
export type Verb = 'test' | 'renew' | 'authorize' | 'secret' | 'link' | 'enable' | 'disable' | 'disconnect'

interface Action {
  readonly verb: Verb
  readonly label: string
  readonly scope: Scope
  readonly among: readonly AccountStatus[]
  /** How its integration's accounts are connected, where that matters. */
  readonly connects?: readonly AccountForm['connects'][]
  /** Where it is the one thing to do. */
  readonly isNext?: boolean
}

const byPerson = { verb: 'authorize', scope: 'accounts:connect', connects: ['authorized'] } as const
const bySecret: Pick<Action, 'verb' | 'label' | 'scope' | 'connects'> = {
  ...({ verb: 'secret', label: 'Connect again…', scope: 'accounts:write' } as const),
  connects: ['given', 'fetched'],
}

const actions: readonly Action[] = [
  { ...byPerson, label: 'Connect', among: ['pending'], isNext: true },
  { ...byPerson, label: 'Connect again', among: ['needs_reconnect', 'expiring'], isNext: true },
  { ...bySecret, among: ['pending', 'needs_reconnect', 'expiring'], isNext: true },
  { verb: 'test', label: 'Test', scope: 'accounts:connect', among: ['connected', 'expiring', 'failing'] },
  { verb: 'renew', label: 'Renew now', scope: 'accounts:connect', among: ['connected', 'failing'] },
  { ...byPerson, label: 'Connect again', among: ['connected', 'failing', 'revoked'] },
  { ...bySecret, among: ['connected', 'failing', 'revoked'] },
  {
    verb: 'link',
    label: 'Make a link to send',
    scope: 'accounts:connect',
    among: ['pending', 'needs_reconnect', 'expiring', 'failing', 'connected', 'revoked'],
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

/** What somebody may do with an account that stands like this and is connected so, the one thing to do first. */
export function actionsFor(
  status: AccountStatus,
  may: readonly Scope[],
  how: AccountForm['connects'] | undefined,
): readonly Action[] {
  return actions.filter(
    ({ scope, among, connects }) =>
      may.includes(scope) &&
      among.includes(status) &&
      (connects === undefined || (how !== undefined && connects.includes(how))),
  )
}
