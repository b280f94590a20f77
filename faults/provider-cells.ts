import { faults, type OwnAnswer, type Script, type ScriptedReply } from '@sallyport/testkit'
import { renew, standingOn } from './calls.ts'
import type { Cell } from './cell.ts'
import { recover } from './recovery.ts'
import type { Site } from './site.ts'
import { broken } from './verdict.ts'

/**
 * What a reply says of the refresh token that was sent: used up or not, nobody knows (`lost`); surely not (`unspent`);
 * it is good for nothing any more (`refused`); or there is a new one after all (`works`).
 */
type Class = 'lost' | 'unspent' | 'refused' | 'works'

const failure = (error: string) => JSON.stringify({ error })
const misbehaviours: readonly (readonly [name: string, script: Script, means: Class])[] = [
  ['500', { status: 500, body: 'oops' }, 'lost'],
  ['502', { status: 502, body: '<html>' }, 'lost'],
  ['504', { status: 504, body: '' }, 'lost'],
  ['503', { status: 503, body: 'down' }, 'unspent'],
  ['429', { status: 429, headers: { 'Retry-After': '1' }, body: '' }, 'unspent'],
  ['temporarily_unavailable', { status: 400, body: failure('temporarily_unavailable') }, 'unspent'],
  ['invalid_client', { status: 401, body: failure('invalid_client') }, 'unspent'],
  ['a redirect', faults.redirect('https://elsewhere.example/token'), 'unspent'],
  ['404', { status: 404, body: '<html>' }, 'unspent'],
  ['a reset', faults.reset(), 'lost'],
  ['an answer that is lost', faults.lostAnswer(), 'lost'],
  ['an end after the headers', faults.closeAfterHeaders({ body: '{"access_token":"x"}' }), 'lost'],
  ['an end midway', faults.closeMidway({ body: '{"access_token":"x","token_type":"Bearer"}' }), 'lost'],
  ['truncated JSON', { body: '{"access_token":"x"' }, 'lost'],
  ['a page', { body: '<html>' }, 'lost'],
  ['silence, then an end', { fault: 'reset', delayMilliseconds: 2_000 }, 'lost'],
  ['a late answer', faults.late(2_000), 'works'],
  ['an answer that trickles', trickling, 'works'],
  ['invalid_grant', { status: 400, body: failure('invalid_grant') }, 'refused'],
]

function trickling(_request: unknown, answer: OwnAnswer): ScriptedReply {
  const reply = answer()
  return faults.drip(String(reply.body), 100, reply)
}

/** A token endpoint that misbehaves once. */
export const providerCells: readonly Cell[] = misbehaviours.map(([name, script, means]) => ({
  title: `the provider answers with ${name}`,
  run: (site) => answerWith(site, script, means),
}))

async function answerWith(site: Site, script: Script, means: Class): Promise<string[]> {
  const { nodes, provider, profile } = site
  const [first] = nodes
  const account = await site.connect()
  const takeBack = provider.script('POST /token', script, { times: 1 })
  const { status } = await renew(first, account.id)
  takeBack()
  const standing = await standingOn(first, account.id)
  const found = JSON.stringify({ answer: status, standing })
  const heals = means === 'works' || (means === 'lost' && profile.name === 'grace')
  const isExpected =
    standing.status === (heals ? 'connected' : means === 'refused' ? 'needs_reconnect' : 'failing') &&
    (standing.reason === 'in_doubt') === (means === 'lost' && profile.name === 'strict')
  const wrong = isExpected ? [] : [`${means} (${profile.name}) is to be seen: ${found}`]
  if (means === 'refused') return wrong
  const recovery = await recover(site, account)
  // Of these the provider acted on one only.
  const loss = means === 'lost' && provider.family(account.refreshToken).reuseEvents > 0
  return [...wrong, ...(await broken(site, account, { recovery, allowed: { loss } }))]
}
