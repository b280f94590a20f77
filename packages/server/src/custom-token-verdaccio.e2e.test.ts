import { verdaccioServer } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { startSallyport } from './sallyport.suite.ts'

test('a package registry takes its own login, gives a token, and answers calls with it', async () => {
  const registry = await verdaccioServer({ tokenLifetimeSeconds: 3600 })
  onTestFinished(() => registry.close())
  const sallyport = await startSallyport()
  onTestFinished(() => sallyport.close())
  const defined = await sallyport.request('POST', '/v1/integrations', {
    key: 'registry',
    name: 'Registry',
    baseUrl: registry.origin,
    parameters: [
      { name: 'user', required: true },
      { name: 'password', required: true, secret: true },
    ],
    auth: {
      type: 'custom_token',
      tokenUrl: `${registry.origin}/-/user/org.couchdb.user:{user}`,
      tokenRequest: {
        method: 'PUT',
        format: 'json',
        basic: { username: '{user}', password: '{password}' },
        body: { name: '{user}', password: '{password}' },
      },
      tokenReply: { accessToken: '/token' },
      renewal: { defaultLifetime: 3600 },
    },
    test: { path: '/-/npm/v1/user' },
  })
  expect(defined.status).toBe(201)
  const account = async (password: string) =>
    (
      await sallyport.request('POST', '/v1/accounts', {
        integration: 'registry',
        name: 'Ann',
        parameters: { user: registry.username, password },
      })
    ).body

  const { id, status } = await account(registry.password)
  expect(status).toBe('connected')
  const whoami = await sallyport.request('GET', `/proxy/${id}/-/whoami`)
  expect(whoami.body).toEqual({ username: registry.username })
  expect((await sallyport.request('POST', `/v1/accounts/${id}/test`)).body).toMatchObject({ ok: true })
  const renewed = await sallyport.request('POST', `/v1/accounts/${id}/renew`)
  expect(renewed.body).toMatchObject({ status: 'connected', generation: 2 })

  expect(await account('wrong')).toMatchObject({
    status: 'needs_reconnect',
    reasonDetail: expect.stringMatching(/unauthorized access/),
  })
})
