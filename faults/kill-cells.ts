import type { RenewalStep } from '@sallyport/core'
import type { Dice } from '@sallyport/testkit'
import { crowd, renew } from './calls.ts'
import type { Cell } from './cell.ts'
import { heldOf } from './database.ts'
import { steps } from './failpoint.ts'
import { journaled } from './journals.ts'
import type { NodeProcess } from './node-process.ts'
import { recover } from './recovery.ts'
import type { Reply } from './send.ts'
import type { FaultAccount, Site } from './site.ts'
import { until } from './until.ts'
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

export async function killAt(site: Site, chance: Dice, step: RenewalStep): Promise<string[]> {
  const { database, nodes } = site
  const [hurt] = nodes
  const account = await site.connect()
  const allow = whenRefused.has(step) ? await database.refuse('commits', account.id) : undefined
  const inStart = step === 'drain' || step === 'drained'
  await hurt.order({ failpoint: `${inStart ? 'journaled' : step}:kill` })
  const { replies } = await renewUntilDead(site, account, { chance, isRefused: allow !== undefined })
  const before = await heldOf(database, account.id)
  const wasSafe = journaled([hurt], account.id) > 0
  await allow?.()
  if (inStart && (await hurt.start({ FAILPOINT: `${step}:kill` })) === 'serves') {
    return ['a start brings home what is in the journal (I3)']
  }
  await hurt.start()
  const callers = await replies
  const recovery = await recover(site, account)
  const allowed = { loss: perilous.has(step) && !wasSafe }
  const faults = await broken(site, account, { recovery, allowed })
  const strange = callers.filter(({ status }) => ![0, 201, 409, 503].includes(status))
  if (strange.length > 0) faults.push(`callers hear of it as it is: ${JSON.stringify(strange[0])}`)
  if (!hurt.steps(account.id).includes('kill')) faults.push('the node died there')
  return faults.map(
    (fault) => `${fault} ${JSON.stringify({ before, wasSafe, steps: hurt.steps(account.id) })}`,
  )
}

/**
 * Every node renews, until the armed one has come to its failpoint: at first all at once, where chance says so and the
 * database takes what they bring, for else whoever claims first never ends; then the armed one before the others.
 */
async function renewUntilDead(
  { nodes }: Site,
  { id }: FaultAccount,
  how: { readonly chance: Dice; readonly isRefused: boolean },
): Promise<{ readonly replies: Promise<readonly Reply[]> }> {
  const [hurt, ...others] = nodes
  const all: Promise<Reply[]>[] = []
  const ask = (whom: readonly NodeProcess[]) => {
    const round = crowd(whom, 1 + how.chance.roll(4), (node) => renew(node, id))
    all.push(round)
    return round
  }
  if (!how.isRefused && how.chance.roll(2) === 0) await Promise.race([hurt.died(), ask(nodes)])
  while (hurt.isRunning) {
    const began = hurt.steps(id).length
    const own = ask([hurt])
    let isOver = false
    void Promise.race([own, hurt.died()]).then(() => {
      isOver = true
    })
    await until('a claim', () => isOver || hurt.steps(id).slice(began).includes('claimed'))
    await Promise.race([hurt.died(), Promise.all([own, ask(others)])])
  }
  // Not waited for here: callers at the other nodes may wait for the one that is dead.
  return { replies: Promise.all(all).then((rounds) => rounds.flat()) }
}
