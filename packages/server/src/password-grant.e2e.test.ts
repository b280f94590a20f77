import { canary, loopbackProvider, oauth2Server, Plaintexts } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { rest } from './endpoints/rest.suite.ts'
import { freePort, startSallyport } from './sallyport.suite.ts'

type Server = Awaited<ReturnType<typeof oauth2Server>>

function definition(server: Pick<Server, 'origin' | 'tokenUrl'>, auth: object = {}) {
  const client = { clientId: 'client', clientSecret: 'client-secret' }
  const standing = { type: 'oauth2', grant: 'password', tokenUrl: server.tokenUrl, ...client }
  return { key: 'plain', name: 'Plain', baseUrl: server.origin, auth: { ...standing, ...auth } }
}

async function scene(options: Parameters<typeof oauth2Server>[0] = {}, environment = {}) {
  const server = await oauth2Server(options)
  onTestFinished(server.close)
  const sallyport = await startSallyport(environment)
  onTestFinished(() => sallyport.close())
  return { server, sallyport, ...rest(sallyport) }
}

const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const grantsOf = (server: Pick<Server, 'received'>) =>
  server.received('POST /token').map(({ form }) => form.get('grant_type'))

test('an account is connected by user name and password, warned of, and renewed by the refresh token', async () => {
  const { server, sallyport, integration, account, read } = await scene()
  const made = await account(await integration(definition(server)), { secret: server.user })
  expect(made).toMatchObject({
    status: 'connected',
    generation: 1,
    warnings: [{ code: 'password_grant' }],
    secretsSet: ['/secret/username', '/secret/accessToken', '/secret/refreshToken'],
  })
  expect((await sallyport.request('GET', `/proxy/${made.id}/me`)).body).toMatchObject({ user: 'ann' })
  server.forgetAccessTokens()
  expect((await sallyport.request('GET', `/proxy/${made.id}/me`)).body).toMatchObject({ user: 'ann' })
  expect(grantsOf(server)).toEqual(['password', 'refresh_token'])
  expect(await read(made.id)).toMatchObject({ status: 'connected', generation: 2 })
})

test('the password is kept until there is a refresh token, then dropped: when that dies, a person is asked', async () => {
  const password = canary('password')
  const provider = await loopbackProvider()
  onTestFinished(provider.close)
  let replies = 0
  provider.script('POST /token', ({ form }) => {
    replies += 1
    const token = { access_token: `at-${replies}`, token_type: 'Bearer', expires_in: 3600 }
    if (form.get('grant_type') === 'refresh_token') return json({ error: 'invalid_grant' }, 400)
    // The first time without a refresh token, then with one.
    return json(replies === 1 ? token : { ...token, refresh_token: `refresh-token-${replies}` })
  })
  const sallyport = await startSallyport()
  onTestFinished(() => sallyport.close())
  const { integration, account, read, post, patch } = rest(sallyport)
  const key = await integration(definition({ origin: provider.origin, tokenUrl: `${provider.origin}/token` }))
  const { id, secretsSet } = await account(key, { secret: { username: 'ann', password } })
  expect(secretsSet).toEqual(['/secret/username', '/secret/password', '/secret/accessToken'])

  expect((await post(`/v1/accounts/${id}/renew`)).body).toMatchObject({ generation: 2 })
  expect((await read(id)).secretsSet).toEqual([
    '/secret/username',
    '/secret/accessToken',
    '/secret/refreshToken',
  ])
  expect(grantsOf(provider)).toEqual(['password', 'password'])

  await post(`/v1/accounts/${id}/renew`)
  expect(await read(id)).toMatchObject({ status: 'needs_reconnect', reason: 'invalid_grant' })
  expect(grantsOf(provider)).toEqual(['password', 'password', 'refresh_token'])
  const plaintexts = new Plaintexts()
  plaintexts.add('password', password)
  expect(plaintexts.foundIn(sallyport.dataFolder)).toEqual([])
  expect(sallyport.logged()).not.toContain(password)

  // Given again, it connects the account again.
  const again = await patch(`/v1/accounts/${id}`, { secret: { username: 'ann', password } })
  expect(again.body).toMatchObject({ status: 'connected' })
})

test('a wrong password needs a person, and its words are the provider’s without the password', async () => {
  const { server, integration, account } = await scene()
  const password = canary('wrong password')
  const made = await account(await integration(definition(server)), { secret: { username: 'ann', password } })
  expect(made).toMatchObject({ status: 'needs_reconnect', reason: 'invalid_grant', generation: 0 })
  expect(JSON.stringify(made)).not.toContain(password)
})

test('an account that lacks user name or password is refused, each by its name', async () => {
  const { server, integration, post } = await scene()
  const key = await integration(definition(server))
  const given = async (secret?: object) => {
    const { status, body } = await post('/v1/accounts', {
      integration: key,
      name: 'A',
      ...(secret && { secret }),
    })
    return [status, ...(body.errors ?? []).map(({ path }: { path: string }) => path)]
  }
  expect(await given()).toEqual([422, '/secret/username', '/secret/password'])
  expect(await given({ username: 'ann' })).toEqual([422, '/secret/password'])
  expect(server.received()).toHaveLength(0)
})

test('where the operator forbids it, definitions are refused, and stored ones fetch no more', async () => {
  const server = await oauth2Server()
  onTestFinished(server.close)
  const adminKey = { SALLYPORT_ADMIN_KEY: 'k'.repeat(40), SALLYPORT_PORT: String(await freePort()) }
  const before = await startSallyport(adminKey)
  const { integration, account } = rest(before)
  const key = await integration(definition(server))
  const { id } = await account(key, { secret: server.user })
  await before.close({ keep: true })
  server.forget()

  const off = await startSallyport({ ...adminKey, SALLYPORT_PASSWORD_GRANT: 'off' }, before.dataFolder)
  onTestFinished(() => off.close())
  const after = rest(off)
  const refused = await after.post('/v1/integrations', { ...definition(server), key: 'another' })
  expect([refused.status, refused.body.errors]).toMatchObject([
    422,
    [{ path: '/auth/grant', code: 'grant_forbidden' }],
  ])
  const another = { integration: key, name: 'Another', secret: server.user }
  const made = await after.post('/v1/accounts', another)
  expect(made.body).toMatchObject({ status: 'failing', reason: 'grant_forbidden' })
  expect(server.received('POST /token')).toHaveLength(0)
  // A refresh token is no password.
  expect((await after.post(`/v1/accounts/${id}/renew`)).body).toMatchObject({ generation: 2 })
  expect(grantsOf(server)).toEqual(['refresh_token'])
})
