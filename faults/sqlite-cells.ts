import { setTimeout as pause } from 'node:timers/promises'
import { renew } from './calls.ts'
import type { Cell } from './cell.ts'
import { unharmed } from './database-cells.ts'
import type { Site } from './site.ts'

/** Another process that writes to the file, for less and for more time than SQLite waits. */
export const sqliteCells: readonly Cell[] = [
  { title: 'the file is locked for two seconds at the commit', run: (site) => lockedFor(site, 2_000) },
  { title: 'the file is locked for seven seconds at the commit', run: (site) => lockedFor(site, 7_000) },
]

async function lockedFor(site: Site, milliseconds: number): Promise<string[]> {
  const [node] = site.nodes
  const account = await site.connect()
  const gate = site.provider.hold('POST /token', { moment: 'reply' })
  const renewal = renew(node, account.id)
  await gate.arrived
  const unlock = site.lock?.()
  gate.release()
  // It is what is tested: a lock for so long.
  await pause(milliseconds)
  unlock?.()
  const { status } = await renewal
  const isLong = milliseconds > 5_000
  const faults = status === 201 ? [] : [`the caller gets the token: ${status}`]
  if (node.steps(account.id).includes('journaled') !== isLong) faults.push('the journal when it must')
  return [...faults, ...(await unharmed(site, account))]
}
