import { renew, standingOn } from './calls.ts'
import type { Cell } from './cell.ts'
import { heldOf } from './database.ts'
import type { NodeProcess } from './node-process.ts'
import { recover } from './recovery.ts'
import type { Reply } from './send.ts'
import type { FaultAccount, Site } from './site.ts'
import { until } from './until.ts'
import { broken } from './verdict.ts'

/** Something else is done to an account while a provider’s answer for it is on its way. */
export const raceCells: readonly Cell[] = [
  {
    title: 'delete during a renewal',
    run: (site) => ends(site, { method: 'DELETE', path: '', stands: 404 }),
  },
  {
    title: 'disconnect during a renewal',
    run: (site) => ends(site, { method: 'POST', path: '/disconnect', stands: 'revoked' }),
  },
  { title: 'reconnect during a renewal', run: reconnected },
]

async function ends(
  site: Site,
  how: { readonly method: string; readonly path: string; readonly stands: 404 | string },
): Promise<string[]> {
  const { nodes, provider, database } = site
  const account = await site.connect()
  await during(site, account, (node) => node.request(how.method, `/v1/accounts/${account.id}${how.path}`))
  const { status, body } = await nodes[0].request('GET', `/v1/accounts/${account.id}`)
  // What was issued meanwhile opens nothing for anybody.
  await until('a revocation', () => provider.family(account.refreshToken).revoked)
  const held = await heldOf(database, account.id)
  const faults: string[] = []
  if ((how.stands === 404 ? status : body.status) !== how.stands) faults.push(`it holds: ${status}`)
  if (held.intents > 0) faults.push(`no intent is left: ${held.intents}`)
  if (provider.family(account.refreshToken).reuseEvents > 0) faults.push('no reuse (I1)')
  return faults
}

async function reconnected(site: Site): Promise<string[]> {
  const account = await site.connect()
  const { accessToken, refreshToken } = await site.granted()
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const reply = await during(site, account, (node) =>
    node.request('PATCH', `/v1/accounts/${account.id}`, { secret: { accessToken, refreshToken, expiresAt } }),
  )
  const { orphans } = await heldOf(site.database, account.id)
  const again = { id: account.id, refreshToken }
  const recovery = await recover(site, again)
  const faults = await broken(site, again, { recovery, allowed: { loss: false } })
  if (reply.status !== 200) faults.push(`reconnecting works: ${reply.text}`)
  if (orphans !== 1) faults.push(`the late answer is put aside (I3): ${orphans}`)
  const standing = await standingOn(site.nodes[0], account.id)
  if (standing.status !== 'connected') faults.push(`it stays connected: ${JSON.stringify(standing)}`)
  return faults
}

/** By another node, where there is one. */
async function during(
  { nodes, provider }: Site,
  { id }: FaultAccount,
  act: (node: NodeProcess) => Promise<Reply>,
): Promise<Reply> {
  const [first] = nodes
  const gate = provider.hold('POST /token', { moment: 'reply' })
  const renewal = renew(first, id)
  await gate.arrived
  const reply = await act(nodes.at(-1) ?? first)
  gate.release()
  await renewal
  return reply
}
