import type { AccountReply } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { disconnected } from '../credentials/revocations.ts'
import { openTarget } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { AccountRecord, IntegrationRecord, RevocationRecord, RevocationState } from '../ports.ts'
import { type AccountAsker, accountDeed } from './audited.ts'
import { type AccountPorts, readRecords, readView } from './ports.ts'

const mostAttempts = 5

/**
 * Destroys an account's secrets and has them revoked at the provider, which goes on when it cannot be reached now.
 * The row stays, so that the account can be connected again.
 *
 * @throws SallyportError not_found, changed_meanwhile
 */
export async function disconnectAccount(
  ports: AccountPorts,
  owner: AccountAsker,
  id: string,
): Promise<AccountReply> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const { account, integration } = await readRecords(ports, owner, id)
    // What was revoked before stays as it ended.
    if (account.status === 'revoked') return readView(ports, owner, id)
    const { next, revocation } = await disconnection(ports, account, integration)
    const isDone = await recorded(ports.store, owner, accountDeed('disconnected', account), (store) =>
      store.accounts.disconnect(next, revocation),
    )
    if (!isDone) continue
    ports.changed(account)
    ports.log.info({ account: id }, 'account disconnected')
    if (revocation) await ports.revocations.tryNow(revocation)
    return readView(ports, owner, id)
  }
  throw new SallyportError('changed_meanwhile')
}

/** How an account stands once it is disconnected, and what its provider is to be told then. */
export async function disconnection(
  ports: Pick<AccountPorts, 'vault' | 'policy' | 'revocations' | 'clock'>,
  account: AccountRecord,
  integration: IntegrationRecord,
): Promise<{
  readonly next: AccountRecord & { readonly revocation: RevocationState }
  readonly revocation: RevocationRecord | undefined
}> {
  const revocation = await ports.revocations.of(await openTarget(ports, account, integration))
  const state: RevocationState = revocation ? 'pending' : account.credential ? 'unsupported' : 'done'
  return { next: { ...disconnected(account, state, ports.clock.now()), revocation: state }, revocation }
}

/** The same, and the row goes, too. @throws SallyportError not_found, account_in_use, changed_meanwhile */
export async function deleteAccount(ports: AccountPorts, owner: AccountAsker, id: string): Promise<void> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const { account, integration } = await readRecords(ports, owner, id)
    const { organizationId, generation } = account
    const apps = await ports.store.apps.uses(organizationId, { accountId: id })
    if (apps.length > 0) throw new SallyportError('account_in_use', { apps })
    const revocation = await ports.revocations.of(await openTarget(ports, account, integration))
    const isGone = await recorded(ports.store, owner, accountDeed('deleted', account), (store) =>
      store.accounts.delete(organizationId, id, generation, revocation),
    )
    if (!isGone) continue
    ports.changed(account)
    if (revocation) await ports.revocations.tryNow(revocation)
    return
  }
  throw new SallyportError('changed_meanwhile')
}
