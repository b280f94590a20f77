import { canary } from '@sallyport/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Canaries, json, quoted, startCanaries } from './canary.suite.ts'

let canaries: Canaries
beforeAll(async () => {
  canaries = await startCanaries()
})
afterEach(() => expect(canaries.leaks()).toEqual([]))
afterAll(async () => {
  expect(await canaries.leaksInFiles()).toEqual([])
  await canaries.close()
})

const parameters = [{ name: 'user' }, { name: 'password', secret: true }]
const login = (more: object = {}) => ({
  baseUrl: `${canaries.provider.origin}/open`,
  parameters,
  auth: {
    type: 'custom_token',
    tokenUrl: `${canaries.provider.origin}/login`,
    tokenRequest: { query: { p: '{password}' }, basic: { username: '{user}', password: '{password}' } },
    tokenReply: { accessToken: '/token', refreshToken: '/refresh', tokens: { second: '/second' } },
    refreshRequest: { format: 'json', body: { r: '{token.refreshToken}', s: '{token.second}' } },
    revokeUrl: `${canaries.provider.origin}/logout/{token}`,
    ...more,
  },
})
const owner = () => ({ parameters: { user: 'ann', password: canaries.password } })

/** Everything that can be asked of an account, or done with it. */
async function everything(id: string) {
  const at = `/v1/accounts/${id}`
  for (const path of [at, `${at}/traces`, '/v1/accounts', '/v1/integrations', '/v1/events'])
    await canaries.ask('GET', path)
  await canaries.ask('GET', `/proxy/${id}/me`, undefined, { handsOut: true })
  for (const path of ['renew', 'test', 'disconnect']) await canaries.ask('POST', `${at}/${path}`)
  await canaries.ask('GET', `${at}/traces`)
}

test('a login that works leaves password and tokens nowhere', async () => {
  const { provider } = canaries
  provider.script('POST /login', () =>
    json(200, { token: canary('token'), refresh: canary('refresh token'), second: canary('second token') }),
  )
  await everything(await canaries.account(await canaries.integration(login()), owner()))
  expect(provider.received('POST /login').length).toBeGreaterThan(0)
})

test.each([200, 400, 401, 404, 429, 500])(
  'a provider that answers %i and repeats all that it was sent is not repeated',
  async (status) => {
    const { provider } = canaries
    for (const told of [
      (text: string) => json(status, { error: text }),
      (text: string) => json(status, { error: 'no', error_description: text }),
      (text: string) => json(status, { errors: [{ message: text }] }),
      (text: string) => ({ status, headers: { 'Content-Type': 'text/html' }, body: `<html>${text}` }),
      (text: string) => ({ status, headers: { 'Content-Type': 'text/plain' }, body: text }),
    ]) {
      provider.script('POST /login', (request) => told(quoted(request)), { times: 2 })
      await everything(await canaries.account(await canaries.integration(login()), owner()))
    }
  },
)

test('a session’s cookies, and a key that signs, are seen by the API alone', async () => {
  const { provider } = canaries
  const { origin } = provider
  provider.script('POST /form', () => ({
    status: 302,
    headers: { Location: `/home?${canary('query')}`, 'Set-Cookie': [`sid=${canary('session')}`] },
  }))
  const session = { type: 'cookie', loginUrl: `${origin}/form`, loginRequest: { body: { p: '{password}' } } }
  await everything(
    await canaries.account(
      await canaries.integration({ baseUrl: `${origin}/open`, parameters, auth: session }),
      owner(),
    ),
  )
  const signed = { type: 'hmac', message: '{request.path}', headers: { 'X-S': '{signature}' } }
  await everything(
    await canaries.account(await canaries.integration({ baseUrl: `${origin}/open`, auth: signed }), {
      secret: { key: canary('signing key') },
    }),
  )
})
