import { scopes } from '@sallyport/contract'
import { type FakeClock, fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { type Json, keyed, rest } from './rest.suite.ts'

let clock: FakeClock
let sallyport: TestSallyport
let provider: LoopbackProvider
let api: ReturnType<typeof rest>
beforeAll(async () => {
  clock = fakeClock()
  sallyport = await startSallyport({ SALLYPORT_TRUSTED_PROXIES: '127.0.0.0/8' }, undefined, clock)
  provider = await loopbackProvider({ clock })
  api = rest(sallyport)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const secret = { token: 'key' }
const day = 86_400_000
const inDays = (days: number) => new Date(clock.now() + days * day).toISOString()
const problem = ({ status, body }: TestReply) => [status, body.code]
const faults = ({ body }: TestReply) =>
  body.errors.map(({ path, code }: Record<string, string>) => [path, code])

const ask = (fields: Json, key?: string) =>
  sallyport.request(
    'POST',
    '/v1/keys',
    { name: 'A key', scopes: ['accounts:read'], ...fields },
    key ? { key } : {},
  )
async function made(fields: Json, by?: string): Promise<TestReply['body']> {
  const reply = await ask(fields, by)
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}
const as = (key: string, method: string, path: string, body?: unknown, headers = {}) =>
  sallyport.request(method, path, body, { key, headers })

describe('a key for some addresses', () => {
  it('is refused from any other, whatever it asks for, also on the passages', async () => {
    const { key } = await made({ scopes: [...scopes], addresses: ['203.0.113.0/24', '2001:db8::/32'] })
    const from = async (address: string, path: string) =>
      problem(await as(key, 'GET', path, undefined, { 'x-forwarded-for': address }))
    for (const path of ['/v1/accounts', '/proxy/acc_0/x', '/sftp/acc_0/x', '/v1/nothing']) {
      const admitted = path === '/v1/accounts' ? [200, undefined] : [404, 'not_found']
      expect([path, await from('203.0.113.7', path)]).toEqual([path, admitted])
      expect([path, await from('2001:db8::7', path)]).toEqual([path, admitted])
      if (path === '/v1/nothing') continue
      for (const address of ['203.0.114.7', '203.0.113.7, 198.51.100.1', '::1', 'unknown']) {
        expect([path, await from(address, path)]).toEqual([path, [403, 'address_not_allowed']])
      }
      expect(problem(await as(key, 'GET', path))).toEqual([403, 'address_not_allowed'])
    }
  })

  it('cannot be for what is no range of addresses', async () => {
    expect(faults(await ask({ addresses: ['10.0.0.0/33', '10.0.0.0/8', 'here'] }))).toEqual([
      ['/addresses/0', 'cidr_invalid'],
      ['/addresses/2', 'cidr_invalid'],
    ])
  })
})

describe('a key for accounts with certain tags', () => {
  it('sees those alone, in lists, by id, in events and on the passage', async () => {
    const integration = await api.integration(keyed(provider.origin))
    const mine = await api.account(integration, { secret, tags: { team: 'a', constructor: 'x' } })
    const other = await api.account(integration, { secret, tags: { team: 'b' } })
    const { key } = await made({ scopes: [...scopes], tags: { team: 'a' } })
    expect((await as(key, 'GET', `/proxy/${mine.id}/me`)).status).toBe(200)
    for (const path of [`/proxy/${other.id}/me`, `/v1/accounts/${other.id}`]) {
      expect(problem(await as(key, 'GET', path))).toEqual([404, 'not_found'])
    }
    const ids = async (query: string) =>
      (await as(key, 'GET', `/v1/accounts${query}`)).body.items.map(({ id }: { id: string }) => id)
    expect(await ids('')).toEqual([mine.id])
    expect(await ids('?tag.team=b')).toEqual([])
    expect(await ids('?tag.constructor=x')).toEqual([mine.id])
    const events = JSON.stringify((await as(key, 'GET', '/v1/events?limit=1000')).body)
    expect([events.includes(mine.id), events.includes(other.id)]).toEqual([true, false])
    const connect = (tags: Json) => as(key, 'POST', '/v1/accounts', { integration, name: 'x', secret, tags })
    expect(faults(await connect({ team: 'b' }))).toEqual([['/tags/team', 'not_yours']])
    expect((await connect({ size: '1' })).body.tags).toEqual({ team: 'a', size: '1' })
  })
})

describe('the end of a key', () => {
  it('is in a year unless it is said, and in three at the latest', async () => {
    const { expiresAt } = await made({})
    expect(expiresAt).toBe(inDays(365))
    expect((await made({ expiresAt: inDays(1095) })).expiresAt).toBe(inDays(1095))
    expect(faults(await ask({ expiresAt: inDays(1096) }))).toEqual([['/expiresAt', 'too_late']])
    expect(faults(await ask({ expiresAt: inDays(0) }))).toEqual([['/expiresAt', 'past']])
  })
})

describe('a key that makes keys', () => {
  it('passes on what limits it, and nothing beyond', async () => {
    const limits = {
      addresses: ['10.0.0.0/8'],
      tags: { team: 'a' },
      expiresAt: inDays(10),
      environment: 'qa',
    }
    const { key } = await made({ scopes: ['keys:write', 'accounts:read'], ...limits })
    const from = { 'x-forwarded-for': '10.1.1.1' }
    const input = { name: 'x', scopes: ['accounts:read'] }
    const mint = (fields: Json) => as(key, 'POST', '/v1/keys', { ...input, ...fields }, from)
    const heir = await mint({})
    expect([heir.status, heir.body]).toMatchObject([201, limits])
    const narrower = { addresses: ['10.1.0.0/16'], tags: { team: 'a', size: '1' }, expiresAt: inDays(9) }
    expect((await mint(narrower)).body).toMatchObject({ ...narrower, environment: 'qa' })
    expect(
      faults(
        await mint({
          addresses: ['10.0.0.0/7', '::/0'],
          tags: { team: 'b' },
          expiresAt: inDays(11),
          environment: 'production',
        }),
      ),
    ).toEqual([
      ['/environment', 'not_yours'],
      ['/tags/team', 'not_yours'],
      ['/addresses/0', 'not_yours'],
      ['/addresses/1', 'not_yours'],
      ['/expiresAt', 'too_late'],
    ])
    expect(problem(await mint({ scopes: ['proxy:call'] }))).toEqual([403, 'scope_missing'])
  })

  it('sets nothing that is Sallyport’s to set', async () => {
    const fields = {
      id: 'key_1',
      organizationId: 'org_1',
      lookup: 'a',
      digest: 'a',
      key: 'sp_org_a',
      previous: {},
      previousUntil: inDays(1),
      createdAt: inDays(0),
      lastUsedAt: inDays(0),
      userId: 'usr_1',
      keyId: 'key_1',
    }
    const unknown = Object.keys(fields).map((name) => [`/${name}`, 'unknown_field'])
    expect(faults(await ask(fields))).toEqual(unknown)
    const { id } = await made({})
    const patch = await api.patch(`/v1/keys/${id}`, { ...fields, scopes: ['proxy:call'], environment: 'qa' })
    expect(faults(patch)).toEqual([
      ...unknown,
      ['/scopes', 'unknown_field'],
      ['/environment', 'unknown_field'],
    ])
    expect(faults(await api.post(`/v1/keys/${id}/rotate`, { until: 1 }))).toEqual([
      ['/until', 'unknown_field'],
    ])
  })
})

describe('a change of a key', () => {
  it('gives it another name, or makes it narrower, and never broader', async () => {
    const { id } = await made({ addresses: ['10.0.0.0/8'], expiresAt: inDays(10) })
    const patch = (body: Json) => api.patch(`/v1/keys/${id}`, body)
    const narrower = { name: 'Narrow', addresses: ['10.1.0.0/16'], expiresAt: inDays(5) }
    expect((await patch(narrower)).body).toMatchObject(narrower)
    expect((await api.get(`/v1/keys/${id}`)).body).toMatchObject(narrower)
    expect(faults(await patch({ addresses: ['10.0.0.0/8'], expiresAt: inDays(6) }))).toEqual([
      ['/addresses/0', 'not_yours'],
      ['/expiresAt', 'too_late'],
    ])
    expect((await patch({ addresses: null })).status).toBe(422)
  })
})

describe('two secrets of a key', () => {
  const opens = async (key: string) => (await as(key, 'GET', '/v1/accounts?limit=1')).status

  it('work side by side for as long as it was asked, or until the first is ended', async () => {
    const first = await made({})
    const second = await api.post(`/v1/keys/${first.id}/rotate`, { graceSeconds: 60 })
    expect([second.status, second.body.id]).toEqual([201, first.id])
    expect(second.body.key).not.toBe(first.key)
    expect(second.body.previousUntil).toBe(new Date(clock.now() + 60_000).toISOString())
    expect([await opens(first.key), await opens(second.body.key)]).toEqual([200, 200])
    clock.advance(60_000)
    expect([await opens(first.key), await opens(second.body.key)]).toEqual([401, 200])

    const third = await api.post(`/v1/keys/${first.id}/rotate`)
    expect(third.body.previousUntil).toBe(inDays(1))
    expect([await opens(second.body.key), await opens(third.body.key)]).toEqual([200, 200])
    const ended = await api.post(`/v1/keys/${first.id}/end-previous`)
    expect([ended.status, ended.body.previousUntil]).toEqual([201, undefined])
    expect([await opens(second.body.key), await opens(third.body.key)]).toEqual([401, 200])

    const fourth = await api.post(`/v1/keys/${first.id}/rotate`, { graceSeconds: 0 })
    expect([await opens(third.body.key), await opens(fourth.body.key)]).toEqual([401, 200])
    expect((await api.get(`/v1/keys/${first.id}`)).text).not.toContain(fourth.body.key.split('_')[3])
  })

  it('are not shown to a key that may do less', async () => {
    const broad = await made({ scopes: ['keys:write', 'accounts:read', 'proxy:call'] })
    for (const fields of [
      { scopes: ['keys:write', 'accounts:read'] },
      { scopes: [...scopes], addresses: ['127.0.0.0/8'] },
      { scopes: [...scopes], tags: { a: 'b' } },
      { scopes: [...scopes], expiresAt: inDays(1) },
      { scopes: [...scopes], accounts: ['acc_1'] },
    ]) {
      const { key } = await made(fields)
      const reply = await as(key, 'POST', `/v1/keys/${broad.id}/rotate`, {})
      expect(problem(reply)).toEqual([403, 'scope_missing'])
    }
    const inQa = await made({ scopes: [...scopes], environment: 'qa' })
    expect((await as(inQa.key, 'POST', `/v1/keys/${broad.id}/rotate`, {})).status).toBe(404)
    expect(await opens(broad.key)).toBe(200)
  })
})

it('when a key was used last is told a second later', async () => {
  const { id, key } = await made({})
  expect((await api.get(`/v1/keys/${id}`)).body.lastUsedAt).toBeUndefined()
  clock.advance(5000)
  await as(key, 'GET', '/v1/accounts')
  await sallyport.runDue()
  expect((await api.get(`/v1/keys/${id}`)).body.lastUsedAt).toBe(new Date(clock.now()).toISOString())
})
