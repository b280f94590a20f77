import { crowd, renew, standingOn } from './calls.ts'
import type { Cell } from './cell.ts'
import { heldOf } from './database.ts'
import { type Place, postgresCell } from './postgres-cells.ts'
import { until } from './until.ts'

const commit = [/update "account" set .*"credential"/s, /commit/] as const
const claim = [/insert into "renewal_intent"/] as const

/** Whoever waits for a commit claims what it has just ended, unless the database is asked well. */
export const claimsDuringCommit: Cell = postgresCell(
  'the others claim while the commit is under way',
  claimDuringCommit,
)

/** A network between the first node and the server that loses answers, and delays what is said. */
export const wireCells: readonly Cell[] = [
  postgresCell('the answer to a claim is lost', claimUnheard),
  postgresCell('the answer to a commit is lost', commitUnheard),
  postgresCell('the commit takes longer than the journal', commitLate),
  postgresCell('kill at committed, with a journal entry', killWithEntry),
  postgresCell(
    'kill at committed, with a journal entry, and another renewal before the start',
    killOvertaken,
  ),
]

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
