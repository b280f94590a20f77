import { fakeClock, loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { withPostgres } from './postgres.suite.ts'
import { grantedTokens } from './renewal.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

const second = 1000
const postgres = withPostgres()

/** Two Sallyports on one database, by one clock, and an account of a provider's. */
async function twoNodes() {
  const clock = fakeClock()
  const environment = await postgres.nodes()
  const [here, there] = [
    await startSallyport(environment, undefined, clock),
    await startSallyport(environment, undefined, clock),
  ]
  const provider = await loopbackProvider({ clock })
  onTestFinished(async () => {
    await Promise.all([here.close(), there.close()])
    await provider.close()
  })
  const auth = {
    type: 'oauth2',
    clientId: 'client',
    clientSecret: 'client-secret',
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
  }
  const secret = await grantedTokens(provider, clock)
  const account = await connected(here, { baseUrl: `${provider.origin}/api`, auth }, { secret })
  provider.forget()
  const callThere = (key?: string) =>
    there.request('GET', `/proxy/${account}/me`, undefined, key === undefined ? {} : { key })
  return { clock, here, there, provider, account, callThere }
}

test('a key that is revoked on one node is refused by the other within a second', async () => {
  const { clock, here, callThere } = await twoNodes()
  const { body } = await here.request('POST', '/v1/keys', { name: 'a', scopes: ['proxy:call'] })
  expect((await callThere(body.key)).status).toBe(200)
  expect((await here.request('DELETE', `/v1/keys/${body.id}`)).status).toBe(204)
  clock.advance(second)
  expect((await callThere(body.key)).body.code).toBe('key_invalid')
})

test('an account that is disabled on one node is refused by the other within a second, and serves again', async () => {
  const { clock, here, account, provider, callThere } = await twoNodes()
  expect((await callThere()).status).toBe(200)
  await here.request('PATCH', `/v1/accounts/${account}`, { disabled: true })
  clock.advance(second)
  provider.forget()
  expect((await callThere()).body.code).toBe('account_disabled')
  expect(provider.received('ANY /api/*')).toEqual([])
  await here.request('PATCH', `/v1/accounts/${account}`, { disabled: false })
  clock.advance(second)
  expect((await callThere()).status).toBe(200)
})

test('a definition that is changed on one node holds on the other within a second', async () => {
  const { clock, here, account, provider, callThere } = await twoNodes()
  await callThere()
  const { integration } = (await here.request('GET', `/v1/accounts/${account}`)).body
  const change = { request: { headers: { 'X-Changed': 'yes' } } }
  expect((await here.request('PATCH', `/v1/integrations/${integration}`, change)).status).toBe(200)
  clock.advance(second)
  await callThere()
  const headers = provider.received('GET /api/me').map((request) => request.headers['x-changed'])
  expect(headers).toEqual([undefined, 'yes'])
})

test('a token that is renewed on one node is the other’s within a second, which asks for none', async () => {
  const { clock, here, account, provider, callThere } = await twoNodes()
  expect((await callThere()).body.tokenNumber).toBe(1)
  expect((await here.request('POST', `/v1/accounts/${account}/renew`, {})).status).toBe(201)
  clock.advance(second)
  expect((await callThere()).body.tokenNumber).toBe(2)
  expect(provider.received('POST /token')).toHaveLength(1)
  expect((await here.request('GET', `/v1/accounts/${account}`)).body).toMatchObject({ generation: 2 })
})

test('what one node created the other lists, and cannot create again', async () => {
  const { here, there } = await twoNodes()
  const definition = { key: 'both', name: 'Both', baseUrl: 'https://api.example', auth: { type: 'basic' } }
  const replies = await Promise.all(
    [here, there].map((node) => node.request('POST', '/v1/integrations', definition)),
  )
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 409])
  const lists = await Promise.all([here, there].map((node) => node.request('GET', '/v1/integrations')))
  const [ours, theirs] = lists.map(({ body }) => body.items.map(({ id }: { id: string }) => id))
  expect(ours).toHaveLength(2)
  expect(ours).toEqual(theirs)
})
