import type { AccountReply, AccountStatus } from '@sallyport/contract'

/** How serious it is, which has a colour and a sign. */
export type Tone = 'good' | 'warn' | 'bad' | 'calm'

interface StatusView {
  readonly label: string
  readonly tone: Tone
  /** The one thing to do; undefined where nobody has to do anything. */
  readonly move: string | undefined
}

/** What each status is to a person. */
export const statuses: Readonly<Record<AccountStatus, StatusView>> = {
  needs_reconnect: { label: 'Needs reconnecting', tone: 'bad', move: 'Connect it again' },
  failing: { label: 'Failing', tone: 'warn', move: 'See in its timeline what failed' },
  expiring: { label: 'Expiring', tone: 'warn', move: 'Connect it again before it expires' },
  pending: { label: 'Never connected', tone: 'calm', move: 'Connect it' },
  connected: { label: 'Connected', tone: 'good', move: undefined },
  disabled: { label: 'Disabled', tone: 'calm', move: undefined },
  revoked: { label: 'Disconnected', tone: 'calm', move: undefined },
}

/** Those that wait for somebody, the most urgent first. */
export const needing = [
  'needs_reconnect',
  'failing',
  'expiring',
  'pending',
] as const satisfies AccountStatus[]

/** When an account ends by itself, or is renewed: the moment that its owner has to know of. */
export function nextMoment(
  account: AccountReply,
): { readonly what: string; readonly at: string } | undefined {
  const { status, reconnectBy, nextRenewalAt, expiresAt } = account
  if (status === 'disabled' || status === 'revoked') return undefined
  if (reconnectBy !== undefined) return { what: 'Reconnect', at: reconnectBy }
  if (status === 'connected' && nextRenewalAt !== undefined) return { what: 'Renewal due', at: nextRenewalAt }
  return expiresAt === undefined ? undefined : { what: 'Token expires', at: expiresAt }
}

/** What became of its access at the provider, once an account was disconnected. */
export const revocations = {
  done: 'The provider has revoked its access.',
  pending: 'Access is being revoked at the provider; this is tried until it succeeds.',
  failed: 'Access could not be revoked at the provider. Revoke it there by hand.',
  unsupported:
    'The provider cannot be asked to revoke access. Take it back there by hand where that matters.',
} as const
