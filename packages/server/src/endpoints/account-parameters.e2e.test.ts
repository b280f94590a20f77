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
import { basic, credentials, type Json, keyed, oauth, rest } from './rest.suite.ts'

let sallyport: TestSallyport
let provider: LoopbackProvider
let elsewhere: Sink
let api: ReturnType<typeof rest>
beforeAll(async () => {
  sallyport = await startSallyport()
  provider = await loopbackProvider()
  elsewhere = await sink()
  api = rest(sallyport)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
  await elsewhere.close()
})

const secret = { token: 'key' }
const faultsOf = (reply: TestReply) =>
  reply.body.errors.map(({ path, code }: { path: string; code: string }) => [path, code])

/** An API whose address is what the account's parameter `x` says; nothing is sent there by making accounts. */
function at(baseUrl: string, parameter: Json = {}, fields: Json = {}): Json {
  return { baseUrl, auth: { type: 'api_token' }, parameters: [{ name: 'x', ...parameter }], ...fields }
}

describe('parameters', () => {
  const definition = () =>
    keyed(provider.origin, {
      parameters: [
        { name: 'tenant', label: 'Tenant', required: true, pattern: '^[a-z0-9-]+$' },
        { name: 'region', choices: ['eu', 'us'], default: 'eu' },
        { name: 'note' },
        { name: 'pin', secret: true },
      ],
      request: { headers: { 'X-Tenant': '{tenant}', 'X-Region': '{region}' } },
    })

  it('are kept, with defaults filled in, and sent where the definition says', async () => {
    const made = await api.account(await api.integration(definition()), {
      secret,
      parameters: { tenant: 'acme' },
    })
    expect(made.parameters).toEqual({ tenant: 'acme', region: 'eu' })
    await api.get(`/proxy/${made.id}/me`)
    expect(provider.received('GET /keyed/me').at(-1)?.headers).toMatchObject({
      'x-tenant': 'acme',
      'x-region': 'eu',
    })
  })

  it.each([
    ['a missing one', {}, '/parameters/tenant', 'required'],
    ['an empty one', { tenant: '' }, '/parameters/tenant', 'required'],
    ['one against its pattern', { tenant: 'Acme!' }, '/parameters/tenant', 'pattern'],
    ['a line break that its pattern does not take', { tenant: 'acme\n' }, '/parameters/tenant', 'pattern'],
    ['one that is no choice', { tenant: 'a', region: 'EU' }, '/parameters/region', 'not_a_choice'],
    ['one that there is not', { tenant: 'a', tenannt: 'b' }, '/parameters/tenannt', 'unknown_parameter'],
    ['one with a slash in its name', { tenant: 'a', 'b/c': '' }, '/parameters/b~1c', 'unknown_parameter'],
    ['a number', { tenant: 7 }, '/parameters/tenant', 'wrong_type'],
    ['null', { tenant: null }, '/parameters/tenant', 'wrong_type'],
  ])('are refused with %s, by path and with what to do', async (_what, parameters, path, code) => {
    const integration = await api.integration(definition())
    const reply = await api.post('/v1/accounts', { integration, name: 'An account', secret, parameters })
    expect(reply.status).toBe(422)
    expect(faultsOf(reply)).toEqual([[path, code]])
    expect((await api.get(`/v1/accounts?integration=${integration}`)).body.items).toEqual([])
  })

  it('have all their faults named at once, together with those of the secret', async () => {
    const integration = await api.integration(definition())
    const parameters = { region: 'mars', other: 'x' }
    const reply = await api.post('/v1/accounts', { integration, name: 'An account', secret: {}, parameters })
    expect(faultsOf(reply).sort()).toEqual([
      ['/parameters/other', 'unknown_parameter'],
      ['/parameters/region', 'not_a_choice'],
      ['/parameters/tenant', 'required'],
      ['/secret/token', 'required'],
    ])
  })

  it('that are secret are used, and never returned or logged', async () => {
    const password = canary('secret parameter')
    provider.behaviour.basic.password = password
    const key = await api.integration(
      basic(provider.origin, {
        auth: { type: 'basic', username: '{user}', password: '{password}' },
        parameters: [{ name: 'user' }, { name: 'password', secret: true, required: true }],
        test: { path: '/me' },
      }),
    )
    const made = await api.account(key, { parameters: { user: 'user', password } })
    expect(made).toMatchObject({ status: 'connected', parameters: { user: 'user' } })
    expect(made.secretsSet).toEqual(['/parameters/password'])
    const replies = [
      await api.get(`/v1/accounts/${made.id}`),
      await api.get(`/v1/accounts?integration=${key}`),
      await api.patch(`/v1/accounts/${made.id}`, { parameters: { user: 'user' } }),
      await api.post('/v1/accounts/test', {
        integration: key,
        name: 'x',
        parameters: { user: 'user', password },
      }),
      await api.post('/v1/accounts', { integration: key, name: 'x', parameters: { usr: 'user', password } }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 201, 422])
    expect(findCanaries(JSON.stringify(made) + replies.map(({ text }) => text).join())).toEqual([])
    expect(findCanaries(sallyport.logged())).toEqual([])
  })

  it.each([
    ['a line break', 'a\r\nX-Admin: yes'],
    ['a line feed alone', 'a\nb'],
    ['other letters', 'ä'],
    ['a NUL', 'a\0b'],
  ])('that stand in a header are refused with %s', async (_what, note) => {
    const integration = await api.integration({
      ...keyed(provider.origin, { parameters: [{ name: 'note' }] }),
      request: { headers: { 'X-Note': '{note}' } },
    })
    const reply = await api.post('/v1/accounts', { integration, name: 'x', secret, parameters: { note } })
    expect(reply.status).toBe(422)
    expect(faultsOf(reply)).toEqual([['/parameters/note', 'value_refused']])
  })
})

/** Values that would lead a credential astray if they were pasted into an address. */
const astray = [
  'evil.com/',
  'evil.com#',
  'evil.com?',
  'a@b',
  'x:443@',
  'evil.com\\',
  '..',
  '-a',
  'a\r\nb',
  'a%2eb',
  ' ',
  '',
]

describe('a parameter in a host', () => {
  const label = at('https://{x}.example.com/api')
  const host = at('https://{x}/api', { kind: 'host' })
  const url = at('{x}/api', { kind: 'url' })

  it.each([
    ...[...astray, 'a.b', 'evil.com', 'x:443', '{x}', 'ä'].map((value) => ['label', value, label] as const),
    ...[...astray, 'evil.com:443', 'https://evil.com', '*.evil.com', '[::1]'].map(
      (value) => ['host', value, host] as const,
    ),
    ...[
      ...astray,
      'evil.com',
      '//evil.com',
      'javascript:alert(1)',
      'ftp://evil.com',
      'https://a@evil.com',
      'https://evil.com?x',
      'https://evil.com#',
      'https://evil.com\\@a.com',
      'https://evil.com\t.a.com',
    ].map((value) => ['url', value, url] as const),
  ])('of kind %s cannot move it elsewhere by %j', async (_kind, x, definition) => {
    const integration = await api.integration(definition)
    const reply = await api.post('/v1/accounts', { integration, name: 'x', secret, parameters: { x } })
    expect(reply.status, x).toBe(422)
    expect(faultsOf(reply)).toEqual([['/parameters/x', 'value_refused']])
  })

  it.each([
    ['label', 'acme', label],
    ['label', 'ACME-2', label],
    ['host', 'erp.acme.com', host],
    ['url', 'https://acme.com:8443/instance/', url],
  ])('of kind %s takes %j', async (_kind, x, definition) => {
    await api.account(await api.integration(definition), { secret, parameters: { x } })
  })

  it('stays within the hosts that the definition lists', async () => {
    const integration = await api.integration(
      at('https://{x}/api', { kind: 'host' }, { hosts: ['*.example.com'] }),
    )
    const body = { integration, name: 'x', secret }
    for (const x of ['evil.com', 'example.com', 'evilexample.com', 'example.com.evil.com']) {
      const reply = await api.post('/v1/accounts', { ...body, parameters: { x } })
      expect(faultsOf(reply)).toEqual([['/parameters/x', 'host_not_allowed']])
    }
    expect((await api.post('/v1/accounts', { ...body, parameters: { x: 'a.example.com' } })).status).toBe(201)
  })

  it('never brings the author’s client secret to another host than he lists', async () => {
    const { hostname, port } = new URL(provider.origin)
    const tokenUrl = `http://{x}:${port}/token`
    const integration = await api.integration({
      ...credentials(provider.origin, { tokenUrl }),
      parameters: [{ name: 'x', kind: 'host' }],
      hosts: [hostname],
    })
    const body = { integration, name: 'x' }
    expect((await api.post('/v1/accounts', { ...body, parameters: { x: 'localhost' } })).status).toBe(422)
    expect((await api.post('/v1/accounts', { ...body, parameters: { x: hostname } })).body.status).toBe(
      'connected',
    )
  })
})

describe('a change of an account', () => {
  it('by merge patch changes what it names, and null removes', async () => {
    const parameters = [{ name: 'a' }, { name: 'b' }, { name: 'c', default: 'preset' }]
    const made = await api.account(await api.integration(keyed(provider.origin, { parameters })), {
      secret,
      parameters: { a: '1', b: '2', c: '3' },
      tags: { team: 'blue', tier: 'gold' },
    })
    const path = `/v1/accounts/${made.id}`
    const reply = await api.patch(path, {
      name: 'Renamed',
      parameters: { a: 'one', b: null, c: null },
      tags: { team: null, city: 'Oslo' },
    })
    expect(reply.status).toBe(200)
    expect(reply.body).toEqual({
      ...made,
      name: 'Renamed',
      parameters: { a: 'one', c: 'preset' },
      tags: { tier: 'gold', city: 'Oslo' },
      updatedAt: expect.any(String),
    })
    expect(await api.read(made.id)).toEqual(reply.body)
    expect((await api.get(`/proxy/${made.id}/me`)).status).toBe(200)
  })

  it.each([
    ['a required parameter taken away', { parameters: { a: null } }, '/parameters/a'],
    ['a parameter that there is not', { parameters: { z: '1' } }, '/parameters/z'],
    ['a blank name', { name: ' ' }, '/name'],
    ['no name', { name: null }, '/name'],
    ['another integration', { integration: 'other' }, '/integration'],
    ['another environment', { environment: 'production' }, '/environment'],
    ['a status', { status: 'connected' }, '/status'],
    ['a generation', { generation: 7 }, '/generation'],
    ['a tag that could not be given at the start', { tags: { 'a b': 'c' } }, '/tags/a b'],
    ['a text where true or false belongs', { disabled: 'yes' }, '/disabled'],
    ['a secret of another type', { secret: { username: 'x' } }, '/secret/username'],
    ['a line break in its secret', { secret: { token: 'key\n' } }, '/secret/token'],
  ])('is refused with %s, and nothing is changed', async (_what, change, path) => {
    const definition = keyed(provider.origin, { parameters: [{ name: 'a', required: true }] })
    const made = await api.account(await api.integration(definition), { secret, parameters: { a: '1' } })
    const reply = await api.patch(`/v1/accounts/${made.id}`, { tags: { new: 'tag' }, ...change })
    expect(reply.status).toBe(422)
    expect(reply.body.errors.map((fault: { path: string }) => fault.path)).toEqual([path])
    expect(await api.read(made.id)).toEqual(made)
  })

  it('with a new secret tries it, counts one generation on, and recovers what was rejected', async () => {
    const made = await api.account(await api.integration(keyed(provider.origin, { test: { path: '/me' } })), {
      secret: { token: 'wrong' },
    })
    expect(made).toMatchObject({ status: 'needs_reconnect', generation: 1 })
    const mended = await api.patch(`/v1/accounts/${made.id}`, { secret })
    expect(mended.body).toMatchObject({ status: 'connected', generation: 2 })
    expect(mended.body).not.toHaveProperty('reason')
    expect((await api.get(`/proxy/${made.id}/me`)).status).toBe(200)
    const spoilt = await api.patch(`/v1/accounts/${made.id}`, { secret: { token: 'wrong again' } })
    expect(spoilt.body).toMatchObject({ status: 'needs_reconnect', reason: 'rejected', generation: 3 })
  })

  it('that two make at once is made whole by each, or refused', async () => {
    const made = await api.account(await api.integration(keyed(provider.origin)), { secret })
    const path = `/v1/accounts/${made.id}`
    const changes = Array.from({ length: 8 }, (_, n) => api.patch(path, { tags: { [`tag${n}`]: 'x' } }))
    const replies = await Promise.all(changes)
    const kept = replies.flatMap(({ status }, n) => (status === 200 ? [`tag${n}`] : []))
    expect(replies.filter(({ status }) => status !== 200 && status !== 409)).toEqual([])
    expect(Object.keys((await api.read(made.id)).tags).sort()).toEqual(kept)
  })
})

describe('a parameter that moves a host', () => {
  const moving = (fields: Json): Json => {
    const { port } = new URL(provider.origin)
    return {
      ...fields,
      parameters: [{ name: 'x', kind: 'host' }, ...((fields.parameters as Json[]) ?? [])],
      baseUrl: `http://{x}:${port}/api`,
    }
  }
  const here = { x: '127.0.0.1' }
  const there = { x: '127.0.0.2' }

  it.each([
    ['a token', () => moving(keyed(provider.origin)), { secret }, { secret }],
    [
      'user name and password',
      () => moving(basic(provider.origin)),
      { secret: { username: 'user', password: 'password' } },
      { secret: { username: 'user', password: 'password' } },
    ],
    [
      'living tokens',
      () => moving(oauth(provider.origin)),
      { secret: { accessToken: 'a', refreshToken: 'b' } },
      { secret: { accessToken: 'a', refreshToken: 'b' } },
    ],
    [
      'a secret parameter',
      () =>
        moving(
          basic(provider.origin, {
            auth: { type: 'basic', username: 'user', password: '{password}' },
            parameters: [{ name: 'password', secret: true }],
          }),
        ),
      { parameters: { ...here, password: 'password' } },
      { parameters: { ...there, password: 'password' } },
    ],
    [
      'a client secret of its own',
      () =>
        moving(
          credentials(
            provider.origin,
            { clientSecret: '{client_secret}', clientId: 'client' },
            {
              parameters: [{ name: 'client_secret', secret: true }],
            },
          ),
        ),
      { parameters: { ...here, client_secret: 'client-secret' } },
      { parameters: { ...there, client_secret: 'client-secret' } },
    ],
  ])('needs the secret again, where the account holds %s', async (_what, definition, given, again) => {
    const made = await api.account(await api.integration(definition()), { parameters: here, ...given })
    const path = `/v1/accounts/${made.id}`
    const reply = await api.patch(path, { parameters: there })
    expect([reply.status, reply.body.code]).toEqual([422, 'secret_required'])
    expect(reply.body.errors[0].path).toMatch(/^\/(secret|parameters\/(password|client_secret))$/)
    expect(await api.read(made.id)).toEqual(made)

    const moved = await api.patch(path, { parameters: there, ...again })
    expect([moved.status, moved.body.parameters]).toEqual([200, there])
  })

  it('needs nothing where it stays as it is, or where there is no secret yet', async () => {
    const key = await api.integration(moving(oauth(provider.origin)))
    const pending = await api.account(key, { parameters: here })
    expect((await api.patch(`/v1/accounts/${pending.id}`, { parameters: there })).body.status).toBe('pending')
    const connected = await api.account(key, { parameters: here, secret: { accessToken: 'a' } })
    const same = await api.patch(`/v1/accounts/${connected.id}`, { parameters: here })
    expect(same.body).toMatchObject({ status: 'connected', generation: 1 })
  })
})
