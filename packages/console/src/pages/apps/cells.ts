import type { AccountReply, AccountStatus, ProfileReply } from '@sallyport/contract'

/** What of an account a place of the matrix shows. */
export type BoundAccount = Pick<AccountReply, 'id' | 'name' | 'status' | 'reason' | 'reasonDetail'>

/** A place of the matrix: an adapter in a profile. */
export type Cell =
  | { readonly kind: 'unbound' }
  /** Bound to an account that whoever looks does not see. */
  | { readonly kind: 'unseen'; readonly id: string }
  | { readonly kind: 'bound'; readonly account: BoundAccount; readonly refused: string | undefined }

export function cellOf(
  { bindings }: Pick<ProfileReply, 'bindings'>,
  adapter: string,
  accounts: ReadonlyMap<string, BoundAccount>,
): Cell {
  const id = boundIn({ bindings }, adapter)
  if (id === undefined) return { kind: 'unbound' }
  const account = accounts.get(id)
  return account ? { kind: 'bound', account, refused: refusalOf(account) } : { kind: 'unseen', id }
}

/** Id of the account that an adapter is in a profile. Its name may be that of what every object has. */
export function boundIn({ bindings }: Pick<ProfileReply, 'bindings'>, adapter: string): string | undefined {
  return Object.hasOwn(bindings, adapter) ? bindings[adapter] : undefined
}

const refusing: Readonly<Partial<Record<AccountStatus, string>>> = {
  pending: 'It was never connected: calls are refused.',
  disabled: 'It is disabled: calls are refused.',
  revoked: 'It was disconnected: calls are refused.',
  needs_reconnect: 'It has to be connected again: calls are refused.',
}

/** Why calls with an account are refused; undefined where they are made. */
function refusalOf({ status, reasonDetail }: BoundAccount): string | undefined {
  const sentence = refusing[status]
  return (
    sentence && [sentence, status === 'needs_reconnect' ? reasonDetail : undefined].filter(Boolean).join(' ')
  )
}
