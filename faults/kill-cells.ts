import type { RenewalStep } from '@sallyport/core'
import type { Dice } from '@sallyport/testkit'
import { crowd, renew } from './calls.ts'
import type { Cell } from './cell.ts'
import { heldOf } from './database.ts'
import { steps } from './failpoint.ts'
import { journaled } from './journals.ts'
import { recover } from './recovery.ts'
import type { Reply } from './send.ts'
import type { FaultAccount, Site } from './site.ts'
import { broken } from './verdict.ts'

/** Where an answer may be under way, or read and in no place that lasts. */
const perilous: ReadonlySet<RenewalStep> = new Set([
  'sent',
  'headers',
  'body',
  'answered',
  'commit',
  'journal',
])
/** Only where the database does not take the answer. */
const whenRefused: ReadonlySet<RenewalStep> = new Set(['journal', 'journaled', 'drain', 'drained'])

/** A node that is killed at each step of a renewal, or of its next start, while every node renews. */
export const killCells: readonly Cell[] = steps.map((step) => ({
  title: `kill at ${step}`,
  run: (site, chance) => killAt(site, chance, step),
}))

async function killAt(site: Site, chance: Dice, step: RenewalStep): Promise<string[]> {
  const { database, nodes } = site
  const [hurt] = nodes
  const account = await site.connect()
  const allow = whenRefused.has(step) ? await database.refuse('commits', account.id) : undefined
  const inStart = step === 'drain' || step === 'drained'
  await hurt.order({ failpoint: `${inStart ? 'journaled' : step}:kill` })
  const { replies } = await renewUntilDead(site, account, chance)
  const before = await heldOf(database, account.id)
  const wasSafe = journaled([hurt], account.id) > 0
  await allow?.()
  if (inStart) await hurt.start({ FAILPOINT: `${step}:kill` })
  await hurt.start()
  const callers = await replies
  const recovery = await recover(site, account)
  const allowed = { loss: perilous.has(step) && !wasSafe }
  const faults = await broken(site, account, { recovery, allowed })
  const strange = callers.filter(({ status }) => ![0, 201, 409, 503].includes(status))
  if (strange.length > 0) faults.push(`callers hear of it as it is: ${JSON.stringify(strange[0])}`)
  if (!hurt.steps(account.id).includes('kill')) faults.push('the node died there')
  return faults.map((fault) => `${fault} ${JSON.stringify({ before, wasSafe, steps: hurt.steps(account.id) })}`)
}

/** Every node renews at once, again and again, until the armed one was the one that came to its failpoint. */
async function renewUntilDead(
  { nodes }: Site,
  { id }: FaultAccount,
  chance: Dice,
): Promise<{ readonly replies: Promise<readonly Reply[]> }> {
  const [hurt] = nodes
  const all: Promise<Reply[]>[] = []
  const died = hurt.died()
  let isDead = false
  void died.then(() => {
    isDead = true
  })
  while (!isDead) {
    const round = crowd(nodes, 1 + chance.roll(4), (node) => renew(node, id))
    all.push(round)
    await Promise.race([died, round])
  }
  await died
  // Not waited for here: callers at the other nodes may wait for the one that is dead.
  return { replies: Promise.all(all).then((rounds) => rounds.flat()) }
}
