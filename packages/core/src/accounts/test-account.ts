import type { AccountStatus, TrialInput, TrialReply } from '@sallyport/contract'
import { commit } from '../credentials/commit.ts'
import { openTarget, type Target, targetWith } from '../credentials/target.ts'
import { usable } from '../credentials/usable.ts'
import { invalid, SallyportError } from '../error.ts'
import type { AccountRecord } from '../ports.ts'
import { Secret } from '../secret.ts'
import type { Trial } from '../trial.ts'
import { canBeTried, statusAfter } from './connect.ts'
import { type AccountOwner, type AccountPorts, readRecords } from './ports.ts'
import { statusOf } from './view.ts'

/**
 * Tries an account, and lets its status follow. With a host key that its owner accepts, that one is stored once the
 * server has shown it.
 *
 * @throws SallyportError not_found, test_undefined, input_invalid, account_disabled, account_pending,
 * account_needs_reconnect, changed_meanwhile
 */
export async function testAccount(
  ports: AccountPorts,
  owner: AccountOwner,
  id: string,
  { acceptHostKey }: TrialInput,
): Promise<TrialReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  const stored = await openTarget(ports, account, integration)
  if (!canBeTried(stored)) throw new SallyportError('test_undefined')
  // What fetches its token itself may do so here, and a login may be tried again. Anything else that holds nothing
  // has nothing to try.
  if (account.disabled || !(account.credential || account.renewable)) usable(stored)
  const target = acceptHostKey === undefined ? stored : await accepting(ports, stored, acceptHostKey)
  const trial = await ports.tryOut(target)
  await ports.recorder.noteTrial(target, trial)
  const isAccepted = acceptHostKey !== undefined && wasShown(trial)
  const tried = isAccepted ? await commit(ports, target, target.credential) : account
  // Another secret, or none, by now: this one is not put back.
  if (!tried) throw new SallyportError('changed_meanwhile')
  if (isAccepted) ports.changed()
  await follow(ports, tried, trial)
  const current = await ports.store.accounts.get(owner.organizationId, id)
  return trialReply(trial, statusOf(current ?? account, ports.clock.now()))
}

/** How a trial ended, as replies show it. */
export function trialReply(trial: Trial, status: AccountStatus): TrialReply {
  return {
    ok: trial.ok,
    status,
    ...(trial.reason !== undefined && { reason: trial.reason }),
    ...(trial.reasonDetail !== undefined && { reasonDetail: trial.reasonDetail }),
    ...(trial.response && { response: trial.response }),
    ...(trial.hostKey !== undefined && { hostKey: trial.hostKey }),
  }
}

/** The account as it would be with this host key accepted. */
async function accepting(ports: AccountPorts, target: Target, hostKey: string): Promise<Target> {
  const { account, integration, credential } = target
  const secret = { ...credential.secret, hostKey: new Secret(hostKey) }
  const next = await targetWith(ports, account, integration, { ...credential, secret })
  const server = next.scheme.open?.(next.connection, next.credential)
  if (server?.hostKey === hostKey) return next
  const message = server
    ? 'The definition names the host key of its accounts. Change hostKey there.'
    : 'Accounts of this type meet no host keys. Leave it out.'
  throw invalid('input_invalid', [{ path: '/acceptHostKey', code: 'host_key_not_taken', message }])
}

/** Whether the server got so far as to show the host key in question. */
function wasShown({ ok, reason }: Trial): boolean {
  return ok || reason === 'login_refused'
}

/** A renewable account's status follows its renewals; of the others, only a trial tells. */
async function follow(ports: AccountPorts, account: AccountRecord, trial: Trial): Promise<void> {
  const after = statusAfter(trial)
  const { status, reason } = account
  if (account.renewable || status === 'pending' || status === 'expiring') return
  if (after.status === status && after.reason === reason) return
  const { organizationId, id, generation } = account
  await ports.store.accounts.setStatus(
    organizationId,
    id,
    generation,
    after.status,
    after.reason,
    after.reasonDetail,
  )
  ports.changed()
}
