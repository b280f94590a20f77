import type { EventReply } from '@sallyport/contract'
import { canary, faults, findCanaries } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { grantedTokens, type Renewing, renewing } from './renewal.suite.ts'
import type { TestSallyport } from './sallyport.suite.ts'

const minute = 60_000

async function events(sallyport: TestSallyport, query = '', key?: string): Promise<EventReply[]> {
  const reply = await sallyport.request(
    'GET',
    `/v1/events${query || '?type=account'}`,
    undefined,
    key === undefined ? {} : { key },
  )
  expect(reply.status, reply.text).toBe(200)
  return reply.body.items
}

/** What happened, oldest first. */
async function told({ sallyport }: Pick<Renewing, 'sallyport'>): Promise<string[]> {
  return (await events(sallyport, '?type=account')).map(({ type }) => type.replace('account.', '')).reverse()
}

test('a provider that is down for long, and fails in several ways, is one event', async () => {
  const made = await renewing()
  const { provider, clock, call } = made
  const back = provider.script('POST /token', faults.reset())
  for (let hour = 0; hour < 6; hour += 1) {
    clock.advance(61 * minute)
    expect((await call()).status).toBe(503)
  }
  expect(provider.received('POST /token').length).toBeGreaterThanOrEqual(6)
  back()
  provider.script('POST /token', { status: 503 })
  clock.advance(61 * minute)
  await call()
  expect(await told(made)).toEqual(['connected', 'failing'])
  const [failing] = await events(made.sallyport)
  expect(failing).toMatchObject({
    account: made.account,
    integration: (await made.status()).integration,
    environment: 'development',
    data: { status: 'failing', previousStatus: 'connected', reason: 'in_doubt' },
  })
})

test('an account that recovers, is lost, is connected again and goes, tells each', async () => {
  const made = await renewing({ revocable: true })
  const { provider, sallyport, clock, account, call } = made
  const down = provider.script('POST /token', { status: 503 })
  clock.advance(61 * minute)
  await call()
  down()
  clock.advance(61 * minute)
  expect((await call()).status).toBe(200)
  const refused = { status: 400, body: '{"error":"invalid_grant"}' }
  const lost = provider.script('POST /token', {
    ...refused,
    headers: { 'content-type': 'application/json' },
  })
  clock.advance(61 * minute)
  for (const _ of [1, 2, 3]) expect((await call()).status).toBe(409)
  lost()
  const secret = await grantedTokens(provider, clock)
  expect((await sallyport.request('PATCH', `/v1/accounts/${account}`, { secret })).status).toBe(200)
  await sallyport.request('POST', `/v1/accounts/${account}/disconnect`, {})
  await sallyport.request('DELETE', `/v1/accounts/${account}`)
  const expected = ['connected', 'failing', 'recovered', 'needs_reconnect', 'connected']
  expect(await told(made)).toEqual([...expected, 'disconnected', 'deleted'])
  const all = await events(sallyport)
  expect(all.find(({ type }) => type === 'account.needs_reconnect')?.data).toMatchObject({
    reason: 'invalid_grant',
  })
  expect(all.every((event) => event.account === account)).toBe(true)
})

test('a token that nothing renews tells when it must be replaced, and once that it has ended', async () => {
  const made = await renewing()
  const { sallyport, clock } = made
  const { integration } = await made.status()
  const expiresAt = new Date(clock.now() + 60 * minute).toISOString()
  const secret = { accessToken: 'short', expiresAt }
  await sallyport.request('POST', '/v1/accounts', { integration, name: 'Short', secret })
  expect(await told(made)).toEqual(['connected', 'connected', 'expiring'])
  expect((await events(sallyport))[0]?.data).toMatchObject({ status: 'expiring', reconnectBy: expiresAt })
  clock.advance(59 * minute)
  await sallyport.runDue()
  expect(await told(made)).toHaveLength(3)
  clock.advance(minute)
  await Promise.all([sallyport.runDue(), sallyport.runDue()])
  await sallyport.runDue()
  expect((await told(made)).slice(3)).toEqual(['needs_reconnect'])
  expect((await events(sallyport))[0]?.data).toMatchObject({ reason: 'expired', previousStatus: 'expiring' })
})

test('a revocation that is given up is told when the account has long gone', async () => {
  const made = await renewing({ revocable: true })
  const { provider, sallyport, clock, account } = made
  provider.script('POST /revoke', faults.reset())
  await sallyport.request('DELETE', `/v1/accounts/${account}`)
  for (let attempt = 0; attempt < 9; attempt += 1) {
    clock.advance(24 * 60 * minute)
    await sallyport.runDue()
  }
  expect(await told(made)).toEqual(['connected', 'deleted', 'revocation_failed'])
  const [failed, deleted] = await events(sallyport)
  expect(deleted?.data).toEqual({ previousStatus: 'connected', revocation: 'pending' })
  expect([failed?.account, failed?.environment]).toEqual([account, 'development'])
})

test('a definition that moves tells each of its accounts', async () => {
  const made = await renewing()
  const { integration } = await made.status()
  const auth = { tokenUrl: 'https://new.example.com/token', clientSecret: 'new' }
  const path = `/v1/integrations/${integration}?reconnect=true`
  expect((await made.sallyport.request('PATCH', path, { auth })).status).toBe(200)
  expect(await told(made)).toEqual(['connected', 'needs_reconnect'])
})

test('events are followed from the one that was seen last, and narrowed', async () => {
  const { sallyport, provider, account } = await renewing()
  const other = await connected(sallyport, { baseUrl: provider.origin })
  const [newest, oldest] = await events(sallyport)
  expect([newest?.account, oldest?.account]).toEqual([other, account])
  await sallyport.request('DELETE', `/v1/accounts/${other}`)
  const ids = (items: EventReply[]) => items.map(({ type, account }) => [type.slice(8), account])
  expect(ids(await events(sallyport, `?after=${oldest?.id}`))).toEqual([
    ['connected', other],
    ['deleted', other],
  ])
  expect(ids(await events(sallyport, `?after=${newest?.id}&type=account.connected`))).toEqual([])
  expect(ids(await events(sallyport, `?account=${account}`))).toEqual([['connected', account]])
  const page = await sallyport.request('GET', `/v1/events?after=${oldest?.id}&limit=1`)
  const next = await events(sallyport, `?after=${oldest?.id}&limit=1&cursor=${page.body.nextCursor}`)
  expect(ids([...page.body.items, ...next]).map(([type]) => type)).toEqual(['connected', 'deleted'])
  for (const query of ['?type=account.exploded', '?after=acc_1', '?limit=0']) {
    expect((await sallyport.request('GET', `/v1/events${query}`)).status, query).toBe(422)
  }
})

test('a key sees events with the scope for it, and of the accounts that it is bound to', async () => {
  const { sallyport, provider, account } = await renewing()
  const other = await connected(sallyport, { baseUrl: provider.origin })
  const keyWith = async (input: object) =>
    (await sallyport.request('POST', '/v1/keys', { name: 'K', ...input })).body.key
  const bound = await keyWith({ scopes: ['events:read'], accounts: [account] })
  expect((await events(sallyport, '', bound)).map((event) => event.account)).toEqual([account])
  expect(await events(sallyport, `?account=${other}`, bound)).toEqual([])
  const blind = await keyWith({ scopes: ['accounts:read'] })
  expect((await sallyport.request('GET', '/v1/events', undefined, { key: blind })).status).toBe(403)
})

test('no event holds a secret, whatever the provider says', async () => {
  const made = await renewing({ auth: { clientSecret: canary('client secret') } })
  const { provider, sallyport, clock, account } = made
  const secret = { accessToken: canary('access token'), refreshToken: canary('refresh token') }
  await sallyport.request('PATCH', `/v1/accounts/${account}`, { secret })
  provider.script('POST /token', ({ form }) => ({
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      error: 'invalid_grant',
      error_description: `${form.get('refresh_token')} is old`,
    }),
  }))
  clock.advance(24 * 60 * minute)
  await sallyport.request('POST', `/v1/accounts/${account}/renew`, {})
  expect(await told(made)).toContain('needs_reconnect')
  const shown = JSON.stringify(await events(sallyport))
  expect(findCanaries(shown)).toEqual([])
})
