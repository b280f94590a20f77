import { setTimeout as pause } from 'node:timers/promises'
import type { RenewalStep } from '@sallyport/core'
import { crowd, renew } from './calls.ts'
import type { Cell } from './cell.ts'
import type { NodeProcess } from './node-process.ts'
import { recover } from './recovery.ts'
import type { Site } from './site.ts'
import { until } from './until.ts'
import { broken } from './verdict.ts'

const momentMilliseconds = 2_000
/** Longer than an answer may take: it lies there when the process wakes. */
const longMilliseconds = 20_000
const suspendedMilliseconds = 180_000

/** A node that stands still in the middle of a renewal, and wakes. */
export const pauseCells: readonly Cell[] = [
  ...(['claimed', 'sent', 'answered', 'commit'] as const).map((step) => ({
    title: `stop at ${step}, for a moment`,
    run: (site: Site) => stopAt(site, step, { sends: true }),
  })),
  {
    title: 'stop at sent, for longer than an answer may take',
    run: (site) => stopAt(site, 'sent', { sends: true, stopMilliseconds: longMilliseconds }),
  },
  {
    title: 'stop at claimed, until it is too late to send',
    run: (site) => stopAt(site, 'claimed', { sends: false, wakesLaterMilliseconds: suspendedMilliseconds }),
  },
  {
    title: 'stop at sent, until nobody waits any more',
    run: (site) => stopAt(site, 'sent', { sends: true, wakesLaterMilliseconds: suspendedMilliseconds }),
  },
]

async function stopAt(
  site: Site,
  step: RenewalStep,
  how: {
    readonly sends: boolean
    readonly stopMilliseconds?: number
    readonly wakesLaterMilliseconds?: number
  },
): Promise<string[]> {
  const { stopMilliseconds = momentMilliseconds, wakesLaterMilliseconds = 0 } = how
  const { nodes, provider } = site
  const [hurt, ...others] = nodes
  const account = await site.connect()
  const { id, refreshToken } = account
  await hurt.order({ failpoint: `${step}:stop`, wakesLaterMilliseconds })
  const own = crowd([hurt], 2, (node) => renew(node, id))
  await until('a stop', () => hurt.steps(id).includes('stop'))
  const theirs = crowd(others, 2, (node) => renew(node, id))
  // It is what is tested: a process that does nothing for so long.
  await pause(stopMilliseconds)
  const late = await callAgain(others, id)
  const [timesMeanwhile] = provider.family(refreshToken).timesSent
  await until('a node that woke', () => {
    hurt.signal('SIGCONT')
    return hurt.steps(id).includes('woke')
  })
  const replies = await own
  await Promise.all([theirs, late.replies])
  const [timesSent] = provider.family(refreshToken).timesSent
  const faults: string[] = []
  const isEarly = step === 'claimed'
  if (timesMeanwhile !== (isEarly ? 0 : 1)) faults.push(`nobody sends for it (G1): ${timesMeanwhile}`)
  if (timesSent !== (how.sends ? 1 : 0)) faults.push(`sent once or not at all: ${timesSent}`)
  // To a process that wakes, a connection of another caller's may have taken too long.
  const strange = replies.find(({ status }) => status !== 503 && !(how.sends && status === 201))
  if (how.sends && !replies.some(({ status }) => status === 201)) faults.push('somebody gets the token')
  if (strange) faults.push(`callers hear of it as it is: ${strange.status} ${strange.text}`)
  if (wakesLaterMilliseconds > 0) {
    await hurt.kill()
    await hurt.start()
  }
  const recovery = await recover(site, account)
  return [...faults, ...(await broken(site, account, { recovery, allowed: { loss: false } }))]
}

/** Whoever comes now finds a renewal that somebody began a while ago. */
async function callAgain(nodes: readonly NodeProcess[], id: string) {
  const claims = (node: NodeProcess) => node.steps(id).filter((step) => step === 'claim').length
  const before = nodes.map(claims)
  const replies = crowd(nodes, 1, (node) => renew(node, id))
  let isOver = false
  void replies.then(() => {
    isOver = true
  })
  // Where those before them still wait, they wait with them.
  await until('claims', () => isOver || nodes.every((node, index) => claims(node) > (before[index] ?? 0)))
  return { replies }
}
