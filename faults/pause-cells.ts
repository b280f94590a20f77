import { setTimeout as pause } from 'node:timers/promises'
import type { RenewalStep } from '@sallyport/core'
import { crowd, renew } from './calls.ts'
import type { Cell } from './cell.ts'
import { recover } from './recovery.ts'
import type { Site } from './site.ts'
import { until } from './until.ts'
import { broken } from './verdict.ts'

const stopMilliseconds = 2_000
const suspendedMilliseconds = 180_000

/** A node that stands still in the middle of a renewal, and wakes. */
export const pauseCells: readonly Cell[] = [
  ...(['claimed', 'sent', 'answered', 'commit'] as const).map((step) => ({
    title: `stop at ${step}, for a moment`,
    run: (site: Site) => stopAt(site, step, { wakesLaterMilliseconds: 0, sends: true }),
  })),
  {
    title: 'stop at claimed, until it is too late to send',
    run: (site) => stopAt(site, 'claimed', { wakesLaterMilliseconds: suspendedMilliseconds, sends: false }),
  },
  {
    title: 'stop at sent, until nobody waits any more',
    run: (site) => stopAt(site, 'sent', { wakesLaterMilliseconds: suspendedMilliseconds, sends: true }),
  },
]

async function stopAt(
  site: Site,
  step: RenewalStep,
  how: { readonly wakesLaterMilliseconds: number; readonly sends: boolean },
): Promise<string[]> {
  const { nodes, provider } = site
  const [hurt, ...others] = nodes
  const account = await site.connect()
  const { id, refreshToken } = account
  await hurt.order({ failpoint: `${step}:stop`, wakesLaterMilliseconds: how.wakesLaterMilliseconds })
  const own = crowd([hurt], 2, (node) => renew(node, id))
  await until('a stop', () => hurt.steps(id).includes('stop'))
  const theirs = crowd(others, 2, (node) => renew(node, id))
  // It is what is tested: a process that does nothing for so long.
  await pause(stopMilliseconds)
  const [timesMeanwhile] = provider.family(refreshToken).timesSent
  await until('a node that woke', () => {
    hurt.signal('SIGCONT')
    return hurt.steps(id).includes('woke')
  })
  const replies = await own
  await theirs
  const [timesSent] = provider.family(refreshToken).timesSent
  const faults: string[] = []
  const isEarly = step === 'claimed'
  if (timesMeanwhile !== (isEarly ? 0 : 1)) faults.push(`nobody sends for it (G1): ${timesMeanwhile}`)
  if (timesSent !== (how.sends ? 1 : 0)) faults.push(`sent once or not at all: ${timesSent}`)
  const expected = how.sends ? 201 : 503
  if (replies.some(({ status }) => status !== expected)) faults.push(`callers hear: ${replies[0]?.text}`)
  if (how.wakesLaterMilliseconds > 0) {
    await hurt.kill()
    await hurt.start()
  }
  const recovery = await recover(site, account)
  return [...faults, ...(await broken(site, account, { recovery, allowed: { loss: false } }))]
}
