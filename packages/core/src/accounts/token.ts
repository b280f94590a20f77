import type { AccountReply, TokenReply } from '@sallyport/contract'
import { noted } from '../audit/record.ts'
import { fresh } from '../credentials/fresh.ts'
import { openTarget } from '../credentials/target.ts'
import { usable } from '../credentials/usable.ts'
import { SallyportError } from '../error.ts'
import { type AccountAsker, accountDeed } from './audited.ts'
import { type AccountPorts, readRecords } from './ports.ts'
import { accountView } from './view.ts'

/**
 * A token that is good for at least `minimumSeconds`, where the provider grants that long.
 *
 * @throws SallyportError not_found, token_unavailable, account_needs_reconnect, account_pending, renewal_unavailable
 */
export async function accountToken(
  ports: AccountPorts,
  owner: AccountAsker,
  id: string,
  minimumSeconds: number | undefined,
): Promise<TokenReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  const found = usable(await openTarget(ports, account, integration))
  const target = await fresh(ports, found, minimumSeconds)
  const token = target.scheme.token(target.credential)
  if (!token) throw new SallyportError('token_unavailable')
  await noted(ports.store, owner, accountDeed('token_read', account))
  ports.used(target.account)
  const { expiresAt, generation } = target.account
  return {
    accessToken: token.accessToken.reveal(),
    tokenType: token.tokenType,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    generation,
  }
}

/**
 * Renews now, however fresh the token is.
 *
 * @throws SallyportError not_found, renewal_unsupported, account_pending, account_needs_reconnect, …
 */
export async function renewAccount(
  ports: AccountPorts,
  owner: AccountAsker,
  id: string,
): Promise<AccountReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  const opened = await openTarget(ports, account, integration)
  // What needs no person can be tried again, whatever became of the last attempt.
  const isFetched = opened.scheme.connects(opened.definition) === 'fetched' && !account.disabled
  const target = isFetched ? opened : usable(opened)
  await noted(ports.store, owner, accountDeed('renewal_started', account))
  const renewed = await ports.renewals.renew(target.account, 'person')
  return accountView(renewed.account, integration, ports.clock.now())
}
