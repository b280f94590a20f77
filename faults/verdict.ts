import { heldOf } from './database.ts'
import { journaled } from './journals.ts'
import type { Recovery } from './recovery.ts'
import type { FaultAccount, Site } from './site.ts'

/** What a fault may do at most. */
export interface Allowed {
  /** The answer may have gone with its process: between the first byte sent and the answer durable. */
  readonly loss: boolean
}

/**
 * What is wrong with an account after its recovery, by what the provider, the database and the journals say; empty
 * where every promise was kept (docs/reliability.md).
 */
export async function broken(
  site: Site,
  account: FaultAccount,
  { recovery, allowed }: { readonly recovery: Recovery; readonly allowed: Allowed },
): Promise<string[]> {
  const family = site.provider.family(account.refreshToken)
  const held = await heldOf(site.database, account.id)
  const { atLast } = recovery
  const isLost = atLast.status === 'needs_reconnect'
  const faults: string[] = []
  const promise = (name: string, isKept: boolean, found: unknown) => {
    if (!isKept) faults.push(`${name}: ${JSON.stringify(found)}`)
  }
  if (isLost) {
    promise('lost only where a loss is allowed (I3, G4)', mayLose(site, allowed), recovery)
    promise('lost and in doubt (G5)', atLast.reason === 'in_doubt', atLast)
    promise('in doubt from the first on (G5)', recovery.atFirst.reason === 'in_doubt', recovery.atFirst)
    promise('one reuse at most (I1)', family.reuseEvents <= 1, family)
    promise('nobody held the successor (I1)', held.orphans === 0, held)
  } else {
    promise('connected without a reason (I4)', !atLast.reason, atLast)
    promise('no reuse (I1)', family.reuseEvents === 0 && !family.revoked, family)
    promise(
      'every node renews it (I3)',
      recovery.renewals.every((status) => status === 201),
      recovery,
    )
  }
  const isPatient = site.profile.name !== 'strict' || recovery.sentInDoubt === 0
  promise('not sent in doubt while the token serves (I1)', isPatient, recovery)
  promise('sent as often as it may be (I2)', timesAreRight(site, family.timesSent, isLost), family)
  promise('no intent is left (I4)', held.intents === 0, held)
  promise('no journal entry is left (I3)', journaled(site.nodes, account.id) === 0, held)
  const audit = await site.nodes[0].request('POST', '/v1/audit/verify', {})
  promise('the audit is as it was written (I6)', audit.body.intact === true, audit.text)
  return [...faults, ...leaks(site)]
}

function mayLose({ profile }: Site, { loss }: Allowed): boolean {
  return loss && profile.name === 'strict'
}

/** Each once; where one was lost, that one once more. Within a grace a few times do no harm. */
function timesAreRight({ profile }: Site, timesSent: readonly number[], isLost: boolean): boolean {
  if (profile.name === 'static') return true
  const more = timesSent.filter((times) => times > 1)
  if (profile.name === 'grace') return more.every((times) => times === 2) && more.length <= 1
  return isLost ? more.length === 1 && more[0] === 2 : more.length === 0
}

/** Secrets in the clear: in files of the nodes, which SQLite's are among, and in their logs (I5). */
function leaks({ nodes, plaintexts }: Site): string[] {
  return nodes.flatMap((node) => [
    ...plaintexts.foundIn(node.settings.folder).map((name) => `a secret in a file (I5): ${name}`),
    ...plaintexts.foundInText(node.log()).map((name) => `a secret in a log (I5): ${name}`),
  ])
}
