import { crowd, renew } from './calls.ts'
import type { Cell } from './cell.ts'
import { recover } from './recovery.ts'
import type { FaultAccount, Site } from './site.ts'
import { until } from './until.ts'
import { broken } from './verdict.ts'

/** Either database, when it refuses what a renewal writes. */
export const databaseCells: readonly Cell[] = [
  { title: 'the database takes no claim', run: noClaim },
  { title: 'the database takes no commit for a while', run: noCommit },
]

/** What is to be seen of an account that nothing may be lost of. */
export async function unharmed(site: Site, account: FaultAccount): Promise<string[]> {
  const recovery = await recover(site, account)
  return broken(site, account, { recovery, allowed: { loss: false } })
}

async function noClaim(site: Site): Promise<string[]> {
  const { nodes, database, provider } = site
  const account = await site.connect()
  const allow = await database.refuse('claims', account.id)
  const replies = await crowd(nodes, 2, (node) => renew(node, account.id))
  await allow()
  const { timesSent } = provider.family(account.refreshToken)
  const faults = timesSent.join() === '0' ? [] : [`nothing is sent without an intent: ${timesSent}`]
  if (replies.some(({ status }) => status === 201)) faults.push('nobody renews')
  return [...faults, ...(await unharmed(site, account))]
}

/** The answer is in the journal, then in the database, and no caller has it before. */
async function noCommit(site: Site): Promise<string[]> {
  const { nodes, database } = site
  const [hurt, ...others] = nodes
  const account = await site.connect()
  const allow = await database.refuse('commits', account.id)
  let isOut = false
  const own = renew(hurt, account.id).then((reply) => {
    isOut = true
    return reply
  })
  await until('the journal', () => hurt.steps(account.id).includes('journaled'))
  const theirs = crowd(others, 2, (node) => renew(node, account.id))
  const faults = isOut ? ['no caller has a token that is in no database'] : []
  await allow()
  const { status } = await own
  await theirs
  if (status !== 201) faults.push(`the caller gets it then: ${status}`)
  return [...faults, ...(await unharmed(site, account))]
}
