import type { PostgresServer } from '@sallyport/testkit'
import { crowd, renew } from './calls.ts'
import type { Cell } from './cell.ts'
import { heldOf } from './database.ts'
import { unharmed } from './database-cells.ts'
import type { FaultAccount, Site } from './site.ts'
import { until } from './until.ts'
import type { Wire } from './wire.ts'

/** What is done in a cell, and what was wrong with it. */
export type Run = (place: Place) => Promise<string[]>

/** What a cell needs of a site on PostgreSQL. */
export interface Place extends Site {
  readonly wire: Wire
  readonly server: PostgresServer
  readonly account: FaultAccount
}

/** A server that crashes, and a node that is cut off from it. */
export const postgresCells: readonly Cell[] = [
  postgresCell('the server is down before the claim', downBeforeClaim),
  postgresCell('the server crashes before the commit', crashBeforeCommit),
  postgresCell('the first node is cut off before the commit', cutOffBeforeCommit),
  postgresCell('the first node is cut off before the commit, and dies', cutOffAndKilled),
]

/** A cell for PostgreSQL alone, which ends with a look at what is left. */
export function postgresCell(title: string, run: Run): Cell {
  return { title, run: (site) => onPostgres(site, run) }
}

async function onPostgres(site: Site, run: Run): Promise<string[]> {
  const { wire, server } = site
  if (!wire || !server) throw new Error('A cell for PostgreSQL.')
  const account = await site.connect()
  const faults = await run({ ...site, wire, server, account })
  return [...faults, ...(await unharmed(site, account))]
}

async function downBeforeClaim({ nodes, provider, server, account }: Place): Promise<string[]> {
  await server.crash()
  const replies = await crowd(nodes, 2, (node) => renew(node, account.id))
  const { timesSent } = provider.family(account.refreshToken)
  await server.start()
  const faults = timesSent.join() === '0' ? [] : [`nothing is sent without an intent: ${timesSent}`]
  return replies.every(({ status }) => status === 503) ? faults : [...faults, 'callers hear that it is down']
}

/** Has something happen while an answer is on its way, and goes on once that is in the journal. */
async function journaledAfter({ nodes, provider, account }: Place, happens: () => unknown) {
  const [hurt] = nodes
  const gate = provider.hold('POST /token', { moment: 'reply' })
  const renewal = renew(hurt, account.id)
  await gate.arrived
  await happens()
  gate.release()
  await until('the journal', () => hurt.steps(account.id).includes('journaled'))
  return { renewal }
}

async function crashBeforeCommit(place: Place): Promise<string[]> {
  const { renewal } = await journaledAfter(place, () => place.server.crash())
  await place.server.start()
  const { status } = await renewal
  return status === 201 ? [] : [`the caller gets the token: ${status}`]
}

async function cutOffBeforeCommit(place: Place): Promise<string[]> {
  const { nodes, wire, provider, account } = place
  const { renewal } = await journaledAfter(place, () => wire.cut())
  const replies = await crowd(nodes.slice(1), 2, (node) => renew(node, account.id))
  wire.mend()
  const { status } = await renewal
  const [timesSent] = provider.family(account.refreshToken).timesSent
  const faults = status === 201 ? [] : [`the caller gets the token: ${status}`]
  if (timesSent !== 1) faults.push(`nobody sends for it (G1): ${timesSent}`)
  return replies.every((reply) => reply.status === 503) ? faults : [...faults, 'the others wait']
}

async function cutOffAndKilled(place: Place): Promise<string[]> {
  const [hurt] = place.nodes
  await journaledAfter(place, () => place.wire.cut())
  await hurt.kill()
  place.wire.mend()
  await hurt.start()
  const { generation } = await heldOf(place.database, place.account.id)
  return generation === 2 ? [] : [`the start brings it home: ${generation}`]
}
