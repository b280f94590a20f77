import type { PostgresServer } from '@sallyport/testkit'
import { crowd, renew, standingOn } from './calls.ts'
import type { Cell } from './cell.ts'
import { heldOf } from './database.ts'
import { unharmed } from './database-cells.ts'
import type { FaultAccount, Site } from './site.ts'
import { until } from './until.ts'
import type { Wire } from './wire.ts'

const commit = [/update "account" set .*"credential"/s, /commit/] as const
const claim = [/insert into "renewal_intent"/] as const

type Run = (place: Place) => Promise<string[]>

/** What a cell needs of a site on PostgreSQL. */
interface Place extends Site {
  readonly wire: Wire
  readonly server: PostgresServer
  readonly account: FaultAccount
}

export const claimsDuringCommit: Cell = {
  title: 'the others claim while the commit is under way',
  run: (site) => onPostgres(site, claimDuringCommit),
}

/** A server that crashes, and a network between it and the first node that loses things. */
export const postgresCells: readonly Cell[] = (
  [
    ['the server is down before the claim', downBeforeClaim],
    ['the server crashes before the commit', crashBeforeCommit],
    ['the first node is cut off before the commit', cutOffBeforeCommit],
    ['the first node is cut off before the commit, and dies', cutOffAndKilled],
    ['the answer to a claim is lost', claimUnheard],
    ['the answer to a commit is lost', commitUnheard],
    ['the commit takes longer than the journal', commitLate],
    ['kill at committed, with a journal entry', killWithEntry],
    ['kill at committed, with a journal entry, and another renewal before the start', killOvertaken],
  ] satisfies [string, Run][]
).map(([title, run]) => ({ title, run: (site: Site) => onPostgres(site, run) }))

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

async function claimUnheard({ nodes, wire, provider, account }: Place): Promise<string[]> {
  const [hurt, ...others] = nodes
  const trouble = wire.trouble('swallows', claim)
  await renew(hurt, account.id)
  await trouble.happened
  const { timesSent } = provider.family(account.refreshToken)
  const standing = await standingOn(others[0] ?? hurt, account.id)
  const faults = timesSent.join() === '0' ? [] : [`nothing is sent without a claim: ${timesSent}`]
  if (standing.reason === 'in_doubt') faults.push('what was never sent is not in doubt')
  await until('a renewal by another node', async () => {
    const replies = await crowd(others, 1, (node) => renew(node, account.id))
    return replies.some(({ status }) => status === 201)
  })
  return faults
}

async function commitUnheard({ nodes, wire, database, account }: Place): Promise<string[]> {
  const trouble = wire.trouble('swallows', commit)
  const renewal = renew(nodes[0], account.id)
  await trouble.happened
  const { status } = await renewal
  const held = await heldOf(database, account.id)
  const isRight = status === 201 && held.generation === 2 && held.orphans === 0
  return isRight ? [] : [`it was committed once: ${status} ${JSON.stringify(held)}`]
}

async function commitLate({ nodes, wire, account }: Place): Promise<string[]> {
  const [hurt] = nodes
  const trouble = wire.trouble('stalls', commit)
  const renewal = renew(hurt, account.id)
  await trouble.happened
  await until('the journal', () => hurt.steps(account.id).includes('journaled'))
  trouble.end()
  const { status } = await renewal
  return status === 201 ? [] : [`the caller gets the token: ${status}`]
}

/** They have read the generation that is just ending, and wait for the row of its intent. */
async function claimDuringCommit({ nodes, wire, database, provider, account }: Place): Promise<string[]> {
  const [hurt, ...others] = nodes
  const trouble = wire.trouble('stalls', commit)
  const renewal = renew(hurt, account.id)
  await trouble.happened
  const theirs = crowd(others, 2, (node) => renew(node, account.id))
  const waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
  await until('claims that wait', async () => Number(await database.query(waiting)) >= others.length)
  trouble.end()
  const replies = await Promise.all([renewal, ...(await theirs)])
  const { timesSent } = provider.family(account.refreshToken)
  const sum = timesSent.reduce((total, times) => total + times, 0)
  const faults = sum === 1 ? [] : [`one redemption (G1): ${timesSent}`]
  return replies.every(({ status }) => status === 201) ? faults : [...faults, 'all get the new token']
}

async function killWithEntry(place: Place): Promise<string[]> {
  const [hurt] = place.nodes
  await diesWithEntry(place)
  await hurt.start()
  const { generation, orphans } = await heldOf(place.database, place.account.id)
  return generation === 2 && orphans === 0 ? [] : [`it was committed once: ${generation}, ${orphans}`]
}

/** What the entry holds has had its day: it is put aside, which an operator hears of, and does no harm. */
async function killOvertaken(place: Place): Promise<string[]> {
  const [hurt, other = hurt] = place.nodes
  await diesWithEntry(place)
  const { status } = await renew(other, place.account.id)
  await hurt.start()
  const { generation } = await heldOf(place.database, place.account.id)
  return status === 201 && generation === 3 ? [] : [`the newer one holds: ${status}, ${generation}`]
}

async function diesWithEntry({ nodes, wire, account }: Place): Promise<void> {
  const [hurt] = nodes
  const trouble = wire.trouble('stalls', commit)
  void renew(hurt, account.id)
  await trouble.happened
  await until('the journal', () => hurt.steps(account.id).includes('journaled'))
  await hurt.order({ failpoint: 'committed:kill' })
  trouble.end()
  await hurt.died()
}
