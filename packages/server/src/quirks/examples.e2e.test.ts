import { expect, test } from 'vitest'
import { scene } from '../authorization.suite.ts'
import { json } from './quirks.suite.ts'

test('the first example: client credentials, with an authorization URL that nothing uses', async () => {
  const { sallyport, provider } = await scene({ auth: null })
  const { origin } = provider
  const definition = {
    key: 'twitter',
    name: 'Twitter',
    baseUrl: origin,
    auth: {
      type: 'oauth2',
      grant: 'client_credentials',
      tokenUrl: `${origin}/oauth2/token`,
      tokenMethod: 'POST',
      authorizationUrl: `${origin}/oauth2/token`,
      scopes: ['read'],
      clientId: 'client id',
      clientSecret: 'secret:with%all',
      clientAuthentication: 'basic',
    },
    placement: { in: 'header', name: 'Authorization', template: 'Bearer {token}' },
  }
  provider.script('POST /oauth2/token', json({ token_type: 'bearer', access_token: 'AAAA' }))
  provider.script('GET /2/tweets', ({ headers }) => json({ as: headers.authorization }))
  expect((await sallyport.request('POST', '/v1/integrations', definition)).status).toBe(201)
  const { body: account } = await sallyport.request('POST', '/v1/accounts', {
    integration: 'twitter',
    name: 'A',
  })
  expect(account).toMatchObject({ status: 'connected' })
  const reply = await sallyport.request('GET', `/proxy/${account.id}/2/tweets?id=1`)
  expect(reply.body).toEqual({ as: 'Bearer AAAA' })
  const [request] = provider.received('ANY /oauth2/token')
  expect(Object.fromEntries(request?.form ?? [])).toEqual({ grant_type: 'client_credentials', scope: 'read' })
  expect(request?.headers.authorization).toMatch(/^Basic /)
})

test('the second example: an API token in the query', async () => {
  const { sallyport, provider } = await scene({ auth: null })
  const definition = {
    key: 'giphy',
    name: 'GIPHY',
    baseUrl: provider.origin,
    auth: { type: 'api_token' },
    placement: { in: 'query', name: 'api_key', template: '{token}' },
  }
  provider.script('GET /v1/gifs/search', ({ query }) => json({ query }))
  expect((await sallyport.request('POST', '/v1/integrations', definition)).status).toBe(201)
  const { body: account } = await sallyport.request('POST', '/v1/accounts', {
    integration: 'giphy',
    name: 'A',
    secret: { token: 'k&1' },
  })
  const reply = await sallyport.request('GET', `/proxy/${account.id}/v1/gifs/search?q=cat`)
  expect(reply.body).toEqual({ query: 'q=cat&api_key=k%261' })
})
