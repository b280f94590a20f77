import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeClock, faults, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { codeDefinition } from './authorization.suite.ts'
import { connected } from './passage.suite.ts'
import { grantedTokens, type Renewing, renewing } from './renewal.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

const minute = 60_000

const revocable = () => renewing({ revocable: true })

const hints = (provider: LoopbackProvider) =>
  provider.received('POST /revoke').map(({ form }) => form.get('token_type_hint'))

async function disconnect({ sallyport, account }: Renewing) {
  const reply = await sallyport.request('POST', `/v1/accounts/${account}/disconnect`, {})
  expect(reply.status).toBe(201)
  return reply.body
}

test('disconnecting revokes the refresh token, then the access token, and destroys what is stored', async () => {
  const made = await revocable()
  const { body: token } = await made.sallyport.request('POST', `/v1/accounts/${made.account}/token`, {})
  const shown = await disconnect(made)
  expect(shown).toMatchObject({ status: 'revoked', revocation: 'done', secretsSet: [], scopes: [] })
  expect(hints(made.provider)).toEqual(['refresh_token', 'access_token'])
  const [, second] = made.provider.received('POST /revoke')
  expect(second?.form.get('token')).toBe(token.accessToken)
  const reply = await made.call('/me')
  expect([reply.status, reply.body.code]).toEqual([409, 'account_needs_reconnect'])
  expect(made.apiRequests()).toBe(0)
  // A second time there is nothing left to do.
  expect(await disconnect(made)).toMatchObject({ status: 'revoked', revocation: 'done' })
  expect(hints(made.provider)).toHaveLength(2)
})

test('a provider that is down is asked again when it wants to be, for as long as it takes', async () => {
  const made = await revocable()
  const { provider, sallyport, clock } = made
  const back = provider.script('POST /revoke', { status: 503, headers: { 'retry-after': '1800' } })
  expect(await disconnect(made)).toMatchObject({ status: 'revoked', revocation: 'pending' })
  expect(hints(provider)).toHaveLength(1)
  clock.advance(29 * minute)
  await sallyport.runDue()
  expect(hints(provider)).toHaveLength(1)
  clock.advance(2 * minute)
  await sallyport.runDue()
  expect(hints(provider)).toHaveLength(2)
  back()
  clock.advance(60 * minute)
  await sallyport.runDue()
  expect(hints(provider).slice(2)).toEqual(['refresh_token', 'access_token'])
  expect(await made.status()).toMatchObject({ status: 'revoked', revocation: 'done' })
})

test('what a provider has taken is not sent again with what it has not', async () => {
  const made = await revocable()
  const { provider, sallyport, clock } = made
  const refuses = (form: URLSearchParams) => form.get('token_type_hint') === 'access_token'
  const back = provider.script('POST /revoke', ({ form }) => ({ status: refuses(form) ? 503 : 200 }))
  expect(await disconnect(made)).toMatchObject({ status: 'revoked', revocation: 'pending' })
  expect(hints(provider)).toEqual(['refresh_token', 'access_token'])
  back()
  // That it revokes no tokens of this kind takes nothing away from the other, which it has revoked.
  provider.script('POST /revoke', { status: 400, body: '{"error":"unsupported_token_type"}' })
  clock.advance(minute)
  await sallyport.runDue()
  expect(hints(provider).slice(2)).toEqual(['access_token'])
  expect(await made.status()).toMatchObject({ status: 'revoked', revocation: 'done' })
})

test('while a provider takes others, what it did not take has its turn again within a minute', async () => {
  const made = await revocable()
  const { provider, sallyport, clock } = made
  const { integration } = await made.status()
  const input = { integration, name: 'Bob', secret: await grantedTokens(provider, clock) }
  const { body: bob } = await sallyport.request('POST', '/v1/accounts', input)
  const sent = () => provider.received('POST /revoke').map(({ form }) => form.get('token'))
  const back = provider.script('POST /revoke', { status: 503 })
  await disconnect(made)
  for (let round = 0; round < 8; round += 1) {
    clock.advance(60 * minute)
    await sallyport.runDue()
  }
  back()
  const [stubborn] = sent()
  provider.script('POST /revoke', ({ form }) => ({ status: form.get('token') === stubborn ? 503 : 200 }))
  clock.advance(60 * minute)
  expect(await disconnect({ ...made, account: bob.id })).toMatchObject({ revocation: 'done' })
  await sallyport.runDue()
  const before = sent().length
  clock.advance(minute)
  await sallyport.runDue()
  expect(sent().slice(before)).toEqual([stubborn])
})

test('a provider that does not answer keeps no other account waiting', async () => {
  const made = await revocable()
  const { provider, sallyport, clock } = made
  const back = provider.script('POST /revoke', { status: 503 })
  const { integration } = await made.status()
  const input = { integration, name: 'Bob', secret: await grantedTokens(provider, clock) }
  const { body: bob } = await sallyport.request('POST', '/v1/accounts', input)
  await disconnect(made)
  await disconnect({ ...made, account: bob.id })
  back()
  clock.advance(minute)
  const gate = provider.hold('POST /revoke')
  const before = hints(provider).length
  const working = sallyport.runDue()
  await expect.poll(() => hints(provider).length).toBe(before + 2)
  gate.release()
  await working
  expect(await made.status()).toMatchObject({ revocation: 'done' })
})

test('what cannot be revoked in seven days is given up, and shown', async () => {
  const made = await revocable()
  const { provider, sallyport, clock } = made
  provider.script('POST /revoke', faults.reset())
  await disconnect(made)
  for (let hour = 0; hour < 7 * 24 + 2; hour += 1) {
    clock.advance(61 * minute)
    await sallyport.runDue()
  }
  expect(await made.status()).toMatchObject({ status: 'revoked', revocation: 'failed' })
  const attempts = hints(provider).length
  clock.advance(24 * 60 * minute)
  await sallyport.runDue()
  expect(hints(provider)).toHaveLength(attempts)
})

test.each([
  ['a refusal of the client', { status: 401, body: '{"error":"invalid_client"}' }, 'failed'],
  [
    'a kind of token that it does not revoke',
    { status: 400, body: '{"error":"unsupported_token_type"}' },
    'unsupported',
  ],
  ['a token that it does not know any more', { status: 400, body: '{"error":"invalid_token"}' }, 'done'],
])('%s ends it', async (_, reply, revocation) => {
  const made = await revocable()
  made.provider.script('POST /revoke', { ...reply, headers: { 'content-type': 'application/json' } })
  expect(await disconnect(made)).toMatchObject({ status: 'revoked', revocation })
})

test.each<[name: string, request: object, bodies: readonly (string | RegExp)[]]>([
  [
    'fields that are added go with both tokens',
    { body: { tenant: '{account.name}' } },
    [
      /^token_type_hint=refresh_token&token=.+&tenant=.+$/,
      /^token_type_hint=access_token&token=.+&tenant=.+$/,
    ],
  ],
  [
    'a request of its own for `{token}` is sent for both',
    { format: 'json', body: { revoke: '{token}' } },
    [/^\{"revoke":"refresh-.+"\}$/, /^\{"revoke":"access-.+"\}$/],
  ],
  [
    'a request of its own is sent once, for the token that it names',
    { format: 'json', body: { refresh: '{token.refreshToken}', id: '{client.id}', key: '{client.secret}' } },
    [/^\{"refresh":".+","id":"client","key":"client-secret"\}$/],
  ],
  [
    'a request of its own that names no token is sent once: there is nothing left to revoke after it',
    { body: { client_id: '{client.id}', user: '{account.name}' } },
    [/^client_id=client&user=.+$/],
  ],
])('where the definition departs from the standard, %s', async (_, revokeRequest, bodies) => {
  const made = await renewing({ revocable: true, auth: { revokeRequest } })
  made.provider.script('POST /revoke', { status: 200 })
  expect(await disconnect(made)).toMatchObject({ status: 'revoked', revocation: 'done' })
  const received = made.provider.received('POST /revoke')
  expect(received.map(({ body }) => body)).toEqual(bodies.map((body) => expect.stringMatching(body)))
  const isOwn = JSON.stringify(revokeRequest).includes('client.secret')
  expect(received.map(({ headers }) => headers.authorization !== undefined)).toEqual(
    received.map(() => !isOwn),
  )
})

test('without a revocation endpoint the account says that its provider was not told', async () => {
  const made = await renewing()
  expect(await disconnect(made)).toMatchObject({ status: 'revoked', revocation: 'unsupported' })
  expect(made.provider.received()).toEqual([])
})

test('deleting revokes as well, and goes on when the account is gone', async () => {
  const made = await revocable()
  const { provider, sallyport, clock, account } = made
  const back = provider.script('POST /revoke', faults.reset())
  expect((await sallyport.request('DELETE', `/v1/accounts/${account}`)).status).toBe(204)
  expect((await sallyport.request('GET', `/v1/accounts/${account}`)).status).toBe(404)
  back()
  clock.advance(minute)
  await sallyport.runDue()
  expect(hints(provider).slice(1)).toEqual(['refresh_token', 'access_token'])
})

test('deleting an integration with its accounts revokes each of them', async () => {
  const made = await revocable()
  const key = (await made.status()).integration
  expect((await made.sallyport.request('DELETE', `/v1/integrations/${key}?cascade=true`)).status).toBe(204)
  await expect.poll(() => hints(made.provider)).toEqual(['refresh_token', 'access_token'])
})

test('a token that arrives for an account that is disconnected meanwhile goes back to the provider', async () => {
  const made = await revocable()
  const { provider, sallyport, account } = made
  const gate = provider.hold('POST /token', { moment: 'reply' })
  const renewal = sallyport.request('POST', `/v1/accounts/${account}/renew`, {})
  await gate.arrived
  await disconnect(made)
  expect(hints(provider)).toHaveLength(2)
  gate.release()
  await renewal
  await expect.poll(() => hints(provider).length).toBe(4)
  expect(await made.status()).toMatchObject({ status: 'revoked', secretsSet: [] })
})

test('a restart goes on with what the provider did not take', async () => {
  const clock = fakeClock()
  const provider = await loopbackProvider({ clock })
  onTestFinished(() => provider.close())
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const environment = { SALLYPORT_ADMIN_KEY: `admin-${randomBytes(24).toString('hex')}` }
  const first = await startSallyport(environment, folder, clock)
  const { key: _, ...definition } = codeDefinition(provider, { revokeUrl: `${provider.origin}/revoke` })
  const account = await connected(first, definition, { secret: await grantedTokens(provider, clock) })
  const back = provider.script('POST /revoke', faults.reset())
  await first.request('DELETE', `/v1/accounts/${account}`)
  await expect.poll(() => hints(provider)).toHaveLength(1)
  await first.close({ keep: true })

  back()
  clock.advance(minute)
  const second = await startSallyport(environment, folder, clock)
  onTestFinished(() => second.close())
  await second.runDue()
  expect(hints(provider).slice(1)).toEqual(['refresh_token', 'access_token'])
  expect((await second.request('GET', `/v1/accounts/${account}`)).status).toBe(404)
})
