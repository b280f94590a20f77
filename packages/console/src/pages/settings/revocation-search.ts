import type { RevokedAccountState } from '@sallyport/contract'

/** What each state of an account of a revocation is to a person. */
export const revokedStates: Readonly<Record<RevokedAccountState, string>> = {
  waiting: 'Waits for its turn',
  pending: 'Disconnected; the provider is to be told',
  revoked: 'Revoked',
  unsupported: 'No way to tell the provider',
  failed: 'Failed',
  gone: 'Deleted before',
}

/** Which accounts of a revocation are shown. */
export interface RevocationSearch {
  readonly state?: RevokedAccountState
  readonly cursor?: string
}

/** What an address says of it; what it cannot mean is left out. */
export function readRevocationSearch(given: Readonly<Record<string, unknown>>): RevocationSearch {
  const state = revokedStateOf(given.state)
  const cursor =
    typeof given.cursor === 'string' || typeof given.cursor === 'number' ? String(given.cursor) : ''
  return { ...(state && { state }), ...(cursor !== '' && cursor.length <= 200 && { cursor }) }
}

export function revokedStateOf(given: unknown): RevokedAccountState | undefined {
  return typeof given === 'string' && Object.hasOwn(revokedStates, given)
    ? (given as RevokedAccountState)
    : undefined
}
