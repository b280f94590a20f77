import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Endpoint, endpoints, type Scope, scopes } from '@sallyport/contract'
import {
  type FakeClock,
  fakeClock,
  filesIn,
  type LoopbackProvider,
  loopbackProvider,
} from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { type Json, keyed, rest } from './rest.suite.ts'

let clock: FakeClock
let sallyport: TestSallyport
let provider: LoopbackProvider
let api: ReturnType<typeof rest>
beforeAll(async () => {
  clock = fakeClock()
  sallyport = await startSallyport({}, undefined, clock)
  provider = await loopbackProvider({ clock })
  api = rest(sallyport)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const secret = { token: 'key' }

/** Makes a key, by another one if given, and returns its text. */
async function newKey(fields: Json, by?: string): Promise<string> {
  const reply = await sallyport.request(
    'POST',
    '/v1/keys',
    { name: 'A key', ...fields },
    by ? { key: by } : {},
  )
  expect(reply.status, reply.text).toBe(201)
  return reply.body.key
}

const as = (key: string | null, method: string, path: string, body?: unknown) =>
  sallyport.request(method, path, body, { key })

/** CRC-32 as RFC 1952 §8 describes it, in six digits of base 62: written again, to disagree where ours is wrong. */
function checksum(text: string): string {
  let crc = 0xffffffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  let rest = (crc ^ 0xffffffff) >>> 0
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let written = ''
  while (written.length < 6) {
    written = digits.charAt(rest % 62) + written
    rest = Math.floor(rest / 62)
  }
  return written
}

describe('a key', () => {
  it('has the form by which it can be told from other texts, and a checksum at its end', async () => {
    const texts = await Promise.all(Array.from({ length: 20 }, () => newKey({ scopes: ['accounts:read'] })))
    expect(new Set(texts).size).toBe(20)
    for (const text of texts) {
      expect(text).toMatch(/^sp_org_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)
      expect(text.slice(-6)).toBe(checksum(text.slice(0, -7)))
    }
  })

  it('is shown once, and stored and logged nowhere', async () => {
    const made = await api.post('/v1/keys', { name: 'Mine', scopes: ['accounts:read'] })
    const { key, ...shown } = made.body
    expect(shown).toEqual({
      id: expect.stringMatching(/^key_[0-9a-z]+$/),
      name: 'Mine',
      scopes: ['accounts:read'],
      createdAt: new Date(clock.now()).toISOString(),
      expiresAt: new Date(clock.now() + 365 * 86_400_000).toISOString(),
    })
    expect((await as(key, 'GET', '/v1/accounts')).status).toBe(200)
    const read = await api.get(`/v1/keys/${shown.id}`)
    expect(read.body).toEqual(shown)
    const listed = await api.get('/v1/keys?limit=1000')
    expect(listed.body.items).toContainEqual(shown)

    const [, , , unguessable] = key.split('_')
    const files = filesIn(sallyport.dataFolder).map((name) =>
      readFileSync(join(sallyport.dataFolder, name), 'latin1'),
    )
    for (const text of [read.text, listed.text, sallyport.logged(), ...files])
      expect(text).not.toContain(unguessable)
  })

  it('that is revoked is refused from then on, everywhere', async () => {
    const made = (await api.post('/v1/keys', { name: 'x', scopes: ['accounts:read', 'proxy:call'] })).body
    expect((await as(made.key, 'GET', '/v1/accounts')).status).toBe(200)
    expect((await as(made.key, 'GET', '/proxy/acc_0/x')).status).toBe(404)
    expect((await api.remove(`/v1/keys/${made.id}`)).status).toBe(204)
    expect((await as(made.key, 'GET', '/v1/accounts')).status).toBe(401)
    expect((await as(made.key, 'GET', '/proxy/acc_0/x')).status).toBe(401)
    expect((await api.get(`/v1/keys/${made.id}`)).status).toBe(404)
    expect((await api.remove(`/v1/keys/${made.id}`)).status).toBe(404)
  })

  it('works until it expires, and not a moment longer', async () => {
    const expiresAt = new Date(clock.now() + 60_000).toISOString()
    const key = await newKey({ scopes: ['accounts:read', 'proxy:call'], expiresAt })
    clock.advance(59_999)
    expect((await as(key, 'GET', '/v1/accounts')).status).toBe(200)
    clock.advance(1)
    expect((await as(key, 'GET', '/v1/accounts')).status).toBe(401)
    expect((await as(key, 'GET', '/proxy/acc_0/x')).status).toBe(401)
  })

  it.each([
    ['no scopes', { scopes: undefined }, '/scopes'],
    ['an empty list of scopes', { scopes: [] }, '/scopes'],
    ['a scope that there is not', { scopes: ['accounts:read', 'accounts:*'] }, '/scopes/1'],
    ['a blank name', { name: ' ' }, '/name'],
    ['an empty list of accounts', { accounts: [] }, '/accounts'],
    ['a time that has passed', { expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['a time that is none', { expiresAt: 'never' }, '/expiresAt'],
    ...[
      'id',
      'key',
      'lookup',
      'digest',
      'organizationId',
      'organization',
      'environment',
      'createdAt',
      'principal',
    ].map((name): [string, Json, string] => [
      `${name}, which is not the caller’s to say`,
      { [name]: 'x' },
      `/${name}`,
    ]),
  ])('is not made with %s', async (_what, fields, path) => {
    const reply = await api.post('/v1/keys', { name: 'x', scopes: ['accounts:read'], ...fields })
    expect(reply.status).toBe(422)
    expect(reply.body.errors).toMatchObject([{ path, message: expect.stringMatching(/\.$/) }])
  })
})

describe('what is no key', () => {
  it('is refused with the same 401, whatever is wrong with it', async () => {
    const key = await newKey({ scopes: ['accounts:read', 'proxy:call'] })
    const body = key.slice(0, -7)
    const [, , lookup, unguessable] = key.split('_')
    const withChecksum = (text: string) => `${text}_${checksum(text)}`
    const headers: (string | undefined)[] = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Bearer x',
      key,
      `Basic ${Buffer.from(`x:${key}`).toString('base64')}`,
      `Bearer ${key} ${key}`,
      `Bearer ${key}, Bearer ${key}`,
      `Bearer ${body}_000000`,
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${key}0`,
      `Bearer ${key.toUpperCase()}`,
      `Bearer ${withChecksum(`sp_production_${lookup}_${unguessable}`)}`,
      `Bearer ${withChecksum(`sp_org_${lookup}_${'0'.repeat(43)}`)}`,
      `Bearer ${withChecksum(`sp_org_${'0'.repeat(12)}_${unguessable}`)}`,
      `Bearer ${sallyport.adminKey.slice(0, -1)}`,
      `Bearer ${sallyport.adminKey}x`,
      `Bearer ${'x'.repeat(10_000)}`,
    ]
    for (const path of ['/v1/accounts', '/proxy/acc_0/x']) {
      for (const authorization of headers) {
        const options = { key: null, headers: authorization === undefined ? {} : { authorization } }
        const reply = await sallyport.request('GET', path, undefined, options)
        expect(reply.status, authorization).toBe(401)
        expect(reply.headers.get('www-authenticate')).toBe('Bearer')
        const { requestId, ...problem } = reply.body
        expect(problem).toEqual({
          type: `${sallyport.origin}/errors/key_invalid`,
          title: 'No valid key',
          status: 401,
          code: 'key_invalid',
          detail: expect.any(String),
        })
      }
    }
    for (const query of [`key=${key}`, `access_token=${key}`]) {
      expect((await as(null, 'GET', `/v1/accounts?${query}`)).status).toBe(401)
    }
    expect((await as(null, 'GET', '/v1/accounts')).status).toBe(401)
    expect((await as(key, 'GET', '/v1/accounts')).status).toBe(200)
  })
})

/** Every endpoint, with what can stand in its path, and the passage. */
const calls: [name: string, method: string, path: string, ...scopes: Scope[]][] = [
  ...Object.entries<Endpoint>(endpoints).flatMap(
    ([name, { method, path, scope, scopeBesides }]): typeof calls =>
      scope === undefined
        ? []
        : [
            [
              ...([name, method, path.replace('{key}', 'absent').replace('{id}', 'acc_0'), scope] as const),
              ...(scopeBesides === undefined ? [] : [scopeBesides]),
            ],
          ],
  ),
  ['the passage', 'GET', '/proxy/acc_0/me', 'proxy:call'],
]

describe('scopes', () => {
  it.each(calls)(
    '%s is closed to a key with every scope but its own, and open with that alone',
    async (...row) => {
      const [, method, path, ...needed] = row
      const [scope = 'proxy:call'] = needed
      const body = method === 'GET' || method === 'DELETE' ? undefined : {}
      const others = await newKey({ scopes: scopes.filter((each) => each !== scope) })
      const refused = await as(others, method, path, body)
      expect([refused.status, refused.body.code]).toEqual([403, 'scope_missing'])
      expect(refused.body.detail).toContain(scope)
      const own = await newKey({ scopes: needed })
      expect([200, 201, 404, 422]).toContain((await as(own, method, path, body)).status)
    },
  )

  it('are decided on before a word of the body is read', async () => {
    const key = await newKey({ scopes: ['accounts:read'] })
    expect((await as(key, 'POST', '/v1/integrations', '{ not json')).status).toBe(403)
    expect((await as(null, 'POST', '/v1/integrations', '{ not json')).status).toBe(401)
  })

  it('of a new key are no more than those of the key that makes it', async () => {
    const maker = await newKey({ scopes: ['keys:write', 'proxy:call'] })
    const ask = (wanted: string[]) => as(maker, 'POST', '/v1/keys', { name: 'x', scopes: wanted })
    expect((await ask(['proxy:call'])).status).toBe(201)
    for (const wanted of [['accounts:read'], ['proxy:call', 'tokens:read'], [...scopes]]) {
      const reply = await ask(wanted)
      expect([reply.status, reply.body.code]).toEqual([403, 'scope_missing'])
    }
  })
})

describe('a key for some accounts only', () => {
  let mine: TestReply['body']
  let other: TestReply['body']
  let key: string
  beforeAll(async () => {
    const integration = await api.integration(keyed(provider.origin, { test: { path: '/me' } }))
    mine = await api.account(integration, { name: 'Mine', secret })
    other = await api.account(integration, { name: 'Another', secret })
    key = await newKey({ scopes: [...scopes], accounts: [mine.id] })
  })

  it('reaches those', async () => {
    expect((await as(key, 'GET', `/v1/accounts/${mine.id}`)).body).toEqual(mine)
    expect((await as(key, 'GET', `/proxy/${mine.id}/me`)).status).toBe(200)
    expect((await as(key, 'POST', `/v1/accounts/${mine.id}/test`)).body.ok).toBe(true)
  })

  it('does not see that there are others: an absent one answers the same', async () => {
    provider.forget()
    const absent = `acc_${'0'.repeat(mine.id.length - 4)}`
    for (const [method, path, body] of [
      ['GET', '/v1/accounts/{id}', undefined],
      ['PATCH', '/v1/accounts/{id}', { name: 'x' }],
      ['DELETE', '/v1/accounts/{id}', undefined],
      ['POST', '/v1/accounts/{id}/test', undefined],
      ['POST', '/v1/accounts/{id}/token', {}],
      ['POST', '/v1/accounts/{id}/renew', undefined],
      ['POST', '/v1/accounts/{id}/authorize', {}],
      ['POST', '/v1/accounts/{id}/confirm', { result: 'x' }],
      ['GET', '/v1/accounts/{id}/traces', undefined],
      ['POST', '/v1/accounts/{id}/diagnose', undefined],
      ['POST', '/v1/accounts/{id}/disconnect', undefined],
      ['GET', '/proxy/{id}/me', undefined],
      ['GET', '/sftp/{id}/', undefined],
    ] as const) {
      const [foreign, none] = [
        await as(key, method, path.replace('{id}', other.id), body),
        await as(key, method, path.replace('{id}', absent), body),
      ]
      expect(foreign.status).toBe(404)
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...none.body, requestId: '' })
    }
    expect(provider.received()).toEqual([])
    const listed = await as(key, 'GET', '/v1/accounts?q=n')
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual([mine.id])
  })

  it('makes keys for those at most, and for those unless it says for which', async () => {
    const beyond = await as(key, 'POST', '/v1/keys', {
      name: 'x',
      scopes: ['proxy:call'],
      accounts: [mine.id, other.id],
    })
    expect([beyond.status, beyond.body.errors[0].path]).toEqual([422, '/accounts'])
    const heir = await newKey({ scopes: ['accounts:read'] }, key)
    expect((await as(heir, 'GET', `/v1/accounts/${other.id}`)).status).toBe(404)
    expect((await as(heir, 'GET', `/v1/accounts/${mine.id}`)).status).toBe(200)
  })
})

describe('the operator’s own key', () => {
  it('holds every scope, and is none of the keys that are listed', async () => {
    expect((await newKey({ scopes: [...scopes] })).length).toBeGreaterThan(60)
    const { body } = await api.get('/v1/keys?limit=1000')
    expect(JSON.stringify(body)).not.toContain(sallyport.adminKey)
  })
})
