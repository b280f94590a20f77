import { setTimeout as pause } from 'node:timers/promises'
import { renew } from './calls.ts'
import type { Cell } from './cell.ts'
import { unharmed } from './database-cells.ts'
import type { Site } from './site.ts'
import { until } from './until.ts'

/** Another process that writes to the file, for less and for more time than SQLite waits. */
export const sqliteCells: readonly Cell[] = [
  {
    title: 'the file is locked for two seconds at the commit',
    // It is what is tested: a lock for so long.
    run: (site) => locked(site, () => pause(2_000)),
  },
  {
    title: 'the file is locked at the commit until the journal has the answer',
    run: (site) => locked(site, (steps) => until('the journal', () => steps().includes('journaled'))),
  },
]

async function locked(site: Site, as: (steps: () => string[]) => Promise<unknown>): Promise<string[]> {
  const [node] = site.nodes
  const account = await site.connect()
  const gate = site.provider.hold('POST /token', { moment: 'reply' })
  const renewal = renew(node, account.id)
  await gate.arrived
  const unlock = site.lock?.()
  gate.release()
  await as(() => node.steps(account.id))
  unlock?.()
  const { status } = await renewal
  const faults = status === 201 ? [] : [`the caller gets the token: ${status}`]
  return [...faults, ...(await unharmed(site, account))]
}
