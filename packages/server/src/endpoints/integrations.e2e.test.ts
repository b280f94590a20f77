import {
  canary,
  findCanaries,
  type LoopbackProvider,
  loopbackProvider,
  type Sink,
  sink,
} from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'

type Json = Readonly<Record<string, unknown>>

let sallyport: TestSallyport
let provider: LoopbackProvider
let elsewhere: Sink
beforeAll(async () => {
  sallyport = await startSallyport()
  provider = await loopbackProvider()
  elsewhere = await sink()
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
  await elsewhere.close()
})

const post = (path: string, body?: Json) => sallyport.request('POST', path, body)
const get = (path: string) => sallyport.request('GET', path)
const patch = (path: string, body: Json) => sallyport.request('PATCH', path, body)
const remove = (path: string) => sallyport.request('DELETE', path)

let count = 0
/** A key that no other test has. */
function newKey(): string {
  count += 1
  return `api${count}`
}

function apiToken(fields: Json = {}): Json {
  const definition = {
    key: newKey(),
    name: 'API',
    baseUrl: `${provider.origin}/keyed`,
    auth: { type: 'api_token' },
  }
  return { ...definition, placement: { in: 'header', name: 'X-Api-Key', template: '{token}' }, ...fields }
}

function clientCredentials(fields: Json = {}): Json {
  const auth = {
    type: 'oauth2',
    grant: 'client_credentials',
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
    clientId: 'client',
    clientSecret: 'client-secret',
  }
  return { key: newKey(), name: 'API', baseUrl: `${provider.origin}/api`, auth, ...fields }
}

/** Makes an integration and returns its address. */
async function integration(definition: Json): Promise<string> {
  const reply = await post('/v1/integrations', definition)
  expect(reply.status, reply.text).toBe(201)
  return `/v1/integrations/${definition.key}`
}

/** Connects an account with it, and returns the account. */
async function account(definition: Json, fields: Json = {}): Promise<TestReply['body']> {
  const reply = await post('/v1/accounts', { integration: definition.key, name: 'An account', ...fields })
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

describe('integrations', () => {
  it('come page by page, each once, oldest first', async () => {
    const fresh = await startSallyport()
    const keys = ['zulu', 'alpha', 'mike', 'bravo', 'yankee']
    for (const key of keys) {
      const { status } = await fresh.request('POST', '/v1/integrations', apiToken({ key }))
      expect(status).toBe(201)
    }
    const sizes: number[] = []
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const query = `limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`
      const { body } = await fresh.request('GET', `/v1/integrations?${query}`)
      sizes.push(body.items.length)
      seen.push(...body.items.map(({ key }: { key: string }) => key))
      cursor = body.nextCursor
    } while (cursor !== undefined)
    await fresh.close()
    expect(sizes).toEqual([2, 2, 1])
    expect(seen).toEqual(keys)
  })

  it.each([
    ['limit=0', '/limit'],
    ['limit=1001', '/limit'],
    ['limit=many', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['cursor=nonsense!', '/cursor'],
    ['cursor=', '/cursor'],
    ['page=2', '/page'],
  ])('are not listed by ?%s, which is refused with its path', async (query, path) => {
    const reply = await get(`/v1/integrations?${query}`)
    expect(reply.status).toBe(422)
    expect(reply.body.errors).toEqual([
      { path, code: expect.any(String), message: expect.stringMatching(/\.$/) },
    ])
  })

  it('are found by their key in any case, and shown as it was written', async () => {
    await integration(apiToken({ key: 'MyApi' }))
    for (const key of ['MyApi', 'myapi', 'MYAPI']) {
      expect((await get(`/v1/integrations/${key}`)).body.key).toBe('MyApi')
    }
  })

  it('cannot share a key, whatever its case', async () => {
    await integration(apiToken({ key: 'taken' }))
    const reply = await post('/v1/integrations', apiToken({ key: 'TAKEN', name: 'Another' }))
    expect(reply.status).toBe(409)
    expect(reply.body).toMatchObject({ code: 'key_taken', errors: [{ path: '/key' }] })
    expect((await get('/v1/integrations/taken')).body.name).toBe('API')
  })

  it('that are made at once with one key become one', async () => {
    const definition = apiToken()
    const replies = await Promise.all(Array.from({ length: 10 }, () => post('/v1/integrations', definition)))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
  })

  it.each(['GET', 'PATCH', 'DELETE'])(
    'that do not exist, or cannot, answer %s with the same 404',
    async (method) => {
      const body = method === 'PATCH' ? { name: 'x' } : undefined
      for (const key of ['absent', 'with-hyphen', 'k'.repeat(65), 'k'.repeat(300), '%2e%2e', 'int_0']) {
        const reply = await sallyport.request(method, `/v1/integrations/${key}`, body)
        expect(reply.status).toBe(404)
        expect(reply.body.code).toBe('not_found')
      }
    },
  )

  it('never show their secrets: not when made, read, listed, changed or refused, and not in the log', async () => {
    const clientSecret = canary('client secret')
    const definition = clientCredentials()
    const auth = { ...(definition.auth as Json), clientSecret }
    const path = await integration({ ...definition, auth })
    const replies = [
      await post('/v1/integrations', { ...definition, auth }),
      await post('/v1/integrations', { ...definition, key: 'not-a-key', auth }),
      await get(path),
      await get('/v1/integrations?limit=1000'),
      await patch(path, { name: 'Another name' }),
      await patch(path, { auth: { clientSecret, scopes: [7] } }),
      await patch(path, { auth: { clientSecret } }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([409, 422, 200, 200, 200, 422, 200])
    expect(findCanaries(replies.map(({ text }) => text).join())).toEqual([])
    expect(findCanaries(sallyport.logged())).toEqual([])
    expect((await get(path)).body.secretsSet).toEqual(['/auth/clientSecret'])
  })
})

describe('a merge patch of an integration', () => {
  it('changes what it names, removes by null, replaces lists, and leaves the rest', async () => {
    const path = await integration(
      apiToken({
        parameters: [{ name: 'a' }, { name: 'b' }],
        request: { headers: { 'X-A': '1', 'X-B': '2' }, query: { v: '2' } },
        test: { path: '/me' },
      }),
    )
    const before = (await get(path)).body
    const reply = await patch(path, {
      name: 'Renamed',
      parameters: [{ name: 'c' }],
      request: { headers: { 'X-A': null, 'X-C': '3' } },
      test: null,
    })
    expect(reply.status).toBe(200)
    const { test: _, ...rest } = before
    expect(reply.body).toEqual({
      ...rest,
      name: 'Renamed',
      parameters: [{ name: 'c' }],
      request: { headers: { 'X-B': '2', 'X-C': '3' }, query: { v: '2' } },
      updatedAt: expect.any(String),
    })
    expect((await get(path)).body).toEqual(reply.body)
  })

  it('may be sent as application/merge-patch+json', async () => {
    const path = await integration(apiToken())
    const headers = { 'content-type': 'application/merge-patch+json' }
    const reply = await sallyport.request('PATCH', path, { name: 'Renamed' }, { headers })
    expect(reply.body.name).toBe('Renamed')
  })

  it.each([
    ['a bad address', { baseUrl: 'javascript:1' }, '/baseUrl'],
    ['nothing where something is required', { name: null }, '/name'],
    ['a misspelt field', { nmae: 'x' }, '/nmae'],
    ['another id', { id: 'int_2' }, '/id'],
    ['another key', { key: 'another' }, '/key'],
    ['no key', { key: null }, '/key'],
    ['an auth type that wants other fields', { auth: { type: 'oauth2' } }, '/auth/clientId'],
  ])('that holds %s is refused with its path and changes nothing', async (_what, change, path) => {
    const address = await integration(apiToken())
    const before = (await get(address)).body
    const reply = await patch(address, { name: 'Renamed', ...change })
    expect(reply.status).toBe(422)
    expect(reply.body.code).toBe('definition_invalid')
    expect(reply.body.errors.map((fault: { path: string }) => fault.path)).toContain(path)
    expect((await get(address)).body).toEqual(before)
  })

  it('that is no object is refused', async () => {
    const path = await integration(apiToken())
    for (const body of ['[]', '"x"', 'null', '7']) {
      expect((await sallyport.request('PATCH', path, body)).status).toBe(422)
    }
  })

  it('keeps a secret that it does not name, and the kept one still works', async () => {
    const definition = clientCredentials()
    const path = await integration(definition)
    expect((await patch(path, { name: 'Renamed', auth: { scopes: ['read'] } })).status).toBe(200)
    expect((await account(definition)).status).toBe('connected')
    expect(provider.received('POST /token').at(-1)?.headers.authorization).toBe(
      `Basic ${Buffer.from('client:client-secret').toString('base64')}`,
    )
  })

  it.each([[null], ['']])('takes a secret away by %j', async (clientSecret) => {
    const path = await integration(clientCredentials())
    expect((await patch(path, { auth: { clientSecret } })).body.secretsSet).toEqual([])
    expect((await get(path)).body.secretsSet).toEqual([])
  })
})

/** Changes after which a stored secret would go where it was not given for. */
const moves: readonly [what: string, change: (to: string) => Json][] = [
  ['the origin of its token URL', (to) => ({ auth: { tokenUrl: `${to}/token` } })],
  ['the origin of its authorization URL', (to) => ({ auth: { authorizationUrl: `${to}/authorize` } })],
  ['its issuer', (to) => ({ auth: { issuer: to } })],
  ['the origin of its base URL', (to) => ({ baseUrl: `${to}/api` })],
  ['the scheme of its token URL', (to) => ({ auth: { tokenUrl: `${to.replace('http:', 'https:')}/token` } })],
  ['its base URL, by taking it away', () => ({ baseUrl: null })],
  ['its hosts', () => ({ hosts: ['127.0.0.1', '*.example.com'] })],
  [
    'the place of its credential',
    () => ({ placement: { in: 'header', name: 'X-Other', template: '{token}' } }),
  ],
]

describe('a change of where secrets go', () => {
  it.each(moves)('is refused for %s where the secret is not given again', async (_what, change) => {
    const path = await integration(clientCredentials())
    const before = (await get(path)).body
    const reply = await patch(path, change(elsewhere.origin))
    expect(reply.status).toBe(422)
    expect(reply.body).toMatchObject({ code: 'secret_required', errors: [{ path: '/auth/clientSecret' }] })
    expect((await get(path)).body).toEqual(before)
  })

  it.each(moves)('is made for %s where it comes with the secret', async (_what, change) => {
    const path = await integration(clientCredentials())
    const { auth, ...rest } = change(elsewhere.origin)
    const reply = await patch(path, { ...rest, auth: { ...(auth as Json), clientSecret: 'another' } })
    expect(reply.status).toBe(200)
    expect(reply.body.secretsSet).toEqual(['/auth/clientSecret'])
  })

  it.each(moves)('for %s is refused with the accounts named while there are any', async (_what, change) => {
    const definition = clientCredentials()
    const path = await integration(definition)
    const connected = await account(definition, { name: 'Ada' })
    const before = (await get(path)).body
    const { auth, ...rest } = change(elsewhere.origin)
    const body = { ...rest, auth: { ...(auth as Json), clientSecret: 'another' } }

    const refused = await patch(path, body)
    expect(refused.status).toBe(409)
    expect(refused.body.code).toBe('accounts_affected')
    expect(refused.body.accounts).toEqual([{ id: connected.id, name: 'Ada' }])
    expect((await get(path)).body).toEqual(before)

    const made = await patch(`${path}?reconnect=true`, body)
    expect(made.status).toBe(200)
    const after = (await get(`/v1/accounts/${connected.id}`)).body
    expect(after).toMatchObject({ status: 'needs_reconnect', reason: 'definition_changed', secretsSet: [] })
    expect((await get(`/proxy/${connected.id}/me`)).body.code).toBe('account_needs_reconnect')
    expect(elsewhere.requests).toBe(0)
  })

  it('is made without ado where there is no secret and no account', async () => {
    const path = await integration(apiToken())
    const reply = await patch(path, { baseUrl: `${elsewhere.origin}/keyed` })
    expect(reply.status).toBe(200)
  })

  it.each([
    ['the path of a URL', { auth: { tokenUrl: '/other/token' } }],
    ['its name', { name: 'Renamed' }],
    ['its scopes', { auth: { scopes: ['write'] } }],
    ['its request headers', { request: { headers: { 'X-A': '1' } } }],
    ['the secret alone', { auth: { clientSecret: 'client-secret' } }],
  ])('is none where %s changes: accounts go on, asked to reconnect or not', async (_what, change) => {
    const definition = clientCredentials()
    const path = await integration(definition)
    const connected = await account(definition)
    const url = 'auth' in change && 'tokenUrl' in change.auth ? change.auth.tokenUrl : undefined
    const body = url === undefined ? change : { auth: { tokenUrl: provider.origin + url } }
    for (const query of ['', '?reconnect=true', '?reconnect=false']) {
      expect((await patch(path + query, body)).status).toBe(200)
    }
    expect((await get(`/v1/accounts/${connected.id}`)).body.status).toBe('connected')
    expect((await get(`/proxy/${connected.id}/me`)).status).toBe(200)
  })

  it('destroys nothing of the accounts of other integrations', async () => {
    const [moved, other] = [apiToken(), apiToken()]
    const path = await integration(moved)
    await integration(other)
    const secret = { token: 'key' }
    await account(moved, { secret })
    const untouched = await account(other, { secret })
    const reply = await patch(`${path}?reconnect=true`, { baseUrl: elsewhere.origin })
    expect(reply.status).toBe(200)
    expect((await get(`/v1/accounts/${untouched.id}`)).body).toEqual(untouched)
    expect((await get(`/proxy/${untouched.id}/me`)).status).toBe(200)
  })

  it('includes making a secret parameter visible, or else its stored values would be shown', async () => {
    const password = canary('secret parameter')
    const definition = apiToken({
      auth: { type: 'basic', username: 'ada', password: '{password}' },
      placement: { in: 'header', template: 'Basic {token}' },
      parameters: [{ name: 'password', secret: true }],
    })
    const path = await integration(definition)
    const connected = await account(definition, { parameters: { password } })
    const visible = { parameters: [{ name: 'password' }] }
    expect((await patch(path, visible)).body.code).toBe('accounts_affected')
    expect((await patch(`${path}?reconnect=true`, visible)).status).toBe(200)
    const reply = await patch(`/v1/accounts/${connected.id}`, { parameters: {} })
    expect(findCanaries(reply.text)).toEqual([])
  })
})

describe('deleting an integration', () => {
  it('makes it absent', async () => {
    const path = await integration(apiToken())
    expect((await remove(path)).status).toBe(204)
    expect((await get(path)).status).toBe(404)
    expect((await remove(path)).status).toBe(404)
  })

  it('is refused while it has accounts, which are named; with ?cascade=true they go with it', async () => {
    const definition = apiToken()
    const path = await integration(definition)
    const one = await account(definition, { name: 'One', secret: { token: 'key' } })
    const two = await account(definition, { name: 'Two', secret: { token: 'key' } })

    const refused = await remove(path)
    expect(refused.status).toBe(409)
    expect(refused.body.code).toBe('integration_in_use')
    expect(refused.body.accounts).toEqual([
      { id: one.id, name: 'One' },
      { id: two.id, name: 'Two' },
    ])
    expect((await get(path)).status).toBe(200)

    expect((await remove(`${path}?cascade=true`)).status).toBe(204)
    expect((await get(`/v1/accounts/${one.id}`)).status).toBe(404)
    expect((await get(`/proxy/${two.id}/me`)).status).toBe(404)
    expect((await get(`/v1/accounts?integration=${definition.key}`)).body).toEqual({ items: [] })
  })

  it('takes ?cascade=true or false, and nothing else', async () => {
    const path = await integration(apiToken())
    expect((await remove(`${path}?cascade=yes`)).body.errors).toMatchObject([{ path: '/cascade' }])
    expect((await remove(`${path}?cascade=false`)).status).toBe(204)
  })

  it('frees its key', async () => {
    const definition = apiToken()
    await remove(await integration(definition))
    await integration(definition)
  })
})
