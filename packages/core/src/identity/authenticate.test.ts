import { randomBytes } from 'node:crypto'
import { scopes } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import { Gathered } from '../gathered.ts'
import type { ApiKeyRecord, ProfileRecord, Store } from '../ports.ts'
import { Recent } from '../recent.ts'
import { digestOf, newApiKey } from './api-key.ts'
import { type AuthenticatePorts, authenticate, type KnownKey } from './authenticate.ts'
import { KeyUses } from './key-uses.ts'

const random = { bytes: randomBytes }
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const adminKey = 'operator-chosen-key-of-32-letters!'

function passage() {
  const clock = fakeClock()
  const questions: (readonly string[])[] = []
  const lookups: string[] = []
  const records: (ApiKeyRecord & { isSuspended: boolean })[] = []
  const store = {
    apiKeys: {
      async idsOf(asked: readonly string[]) {
        questions.push(asked)
        const found = records.filter(({ lookup }) => asked.includes(lookup))
        return new Map(found.map(({ lookup, id }) => [lookup, id]))
      },
      async byLookup(lookup: string) {
        lookups.push(lookup)
        return records.find((record) => record.lookup === lookup)
      },
    },
  } as unknown as Store
  const touched: { id: string; at: number }[] = []
  const profiles = new Map<string, ProfileRecord>()
  Object.assign(store.apiKeys, {
    touch: async (used: typeof touched) => void touched.push(...used),
  })
  Object.assign(store, {
    apps: {
      profile: async (_: string, __: string, name: string) => profiles.get(name),
      get: async () => ({ adapters: [{ name: 'Crm' }, { name: 'Mail' }] }),
    },
  })
  const uses = new KeyUses({ store, log: silent })
  const ports: AuthenticatePorts = {
    store,
    clock,
    keys: new Recent<KnownKey>(clock),
    verified: new Recent<KnownKey>(clock),
    ids: new Gathered((asked) => store.apiKeys.idsOf(asked)),
    adminDigest: digestOf(adminKey),
    firstOrganizationId: 'org_first',
    uses,
  }
  const issue = (rest: Partial<ApiKeyRecord> = {}) => {
    const { text, lookup, digest } = newApiKey(random, rest.environment ?? 'org')
    const createdAt = clock.now()
    records.push({
      organizationId: 'org_1',
      id: 'key_1',
      lookup,
      digest,
      name: 'k',
      scopes: ['proxy:call'],
      accounts: undefined,
      environment: undefined,
      profile: undefined,
      tags: undefined,
      addresses: undefined,
      previous: undefined,
      lastUsedAt: undefined,
      createdAt,
      expiresAt: createdAt + 60_000,
      isSuspended: false,
      ...rest,
    })
    return text
  }
  return { clock, questions, lookups, records, ports, issue, touched, uses, profiles }
}

async function codeOf(ports: AuthenticatePorts, header: string | undefined): Promise<string> {
  try {
    await authenticate(ports, header)
    return 'let in'
  } catch (error) {
    return error instanceof SallyportError ? error.code : String(error)
  }
}

describe('authenticate', () => {
  test('a key is its organization’s, with its scopes and accounts', async () => {
    const { ports, issue } = passage()
    const text = issue({ accounts: ['acc_1'] })
    expect(await authenticate(ports, `Bearer ${text}`)).toEqual({
      organizationId: 'org_1',
      keyId: 'key_1',
      scopes: new Set(['proxy:call']),
      accounts: new Set(['acc_1']),
      expiresAt: expect.any(Number),
    })
  })

  test('a key of a suspended organization is refused within a second, and only who holds it is told why', async () => {
    const { ports, records, clock, issue } = passage()
    const text = issue()
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('let in')
    const [record] = records
    if (!record) throw new Error('no key')
    records[0] = { ...record, isSuspended: true }
    clock.advance(1000)
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('organization_suspended')
    records[0] = { ...record, isSuspended: true, digest: digestOf('another') }
    clock.advance(1000)
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('key_invalid')
  })

  test('the scheme’s name is read without regard to case', async () => {
    const { ports, issue } = passage()
    const text = issue()
    expect(await authenticate(ports, `bearer  ${text} `)).toMatchObject({ keyId: 'key_1' })
  })

  test('the operator’s own key does everything, and needs no look-up', () => {
    const { ports, questions } = passage()
    expect(authenticate(ports, `Bearer ${adminKey}`)).toEqual({
      organizationId: 'org_first',
      keyId: undefined,
      scopes: new Set(scopes),
      accounts: undefined,
    })
    expect(questions).toEqual([])
  })

  test('10 000 keys with a bad checksum cost no look-up at all', async () => {
    const { ports, questions, issue } = passage()
    const text = issue()
    const forged = `${text.slice(0, -6)}${text.endsWith('000000') ? '111111' : '000000'}`
    for (let count = 0; count < 10_000; count += 1)
      expect(() => authenticate(ports, `Bearer ${forged}`)).toThrow()
    expect(questions).toEqual([])
  })

  test('keys that nobody has and that come at once cost one question, and nothing is read for them', async () => {
    const { ports, questions, lookups } = passage()
    const texts = Array.from({ length: 100 }, () => newApiKey(random, 'org').text)
    const codes = await Promise.all(texts.map((text) => codeOf(ports, `Bearer ${text}`)))
    expect(new Set(codes)).toEqual(new Set(['key_invalid']))
    expect(questions.map(({ length }) => length)).toEqual([100])
    expect(lookups).toEqual([])
  })

  test.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['the scheme alone', 'Bearer '],
    ['another scheme', `Basic ${adminKey}`],
    ['a key without a scheme', adminKey],
    ['two keys', `Bearer ${adminKey} ${adminKey}`],
    ['a text that is none of ours', 'Bearer abc'],
    ['most of the operator’s key', `Bearer ${adminKey.slice(0, -1)}`],
  ])('%s is refused', async (_, header) => {
    expect(await codeOf(passage().ports, header)).toBe('key_invalid')
  })

  test('the right lookup with another secret is refused as if nothing were known', async () => {
    const { ports, records, issue, lookups, questions } = passage()
    issue()
    const other = newApiKey(random, 'org')
    records.push({ ...(records[0] as (typeof records)[0]), lookup: other.lookup })
    expect(await codeOf(ports, `Bearer ${other.text}`)).toBe('key_invalid')
    expect(await codeOf(ports, `Bearer ${newApiKey(random, 'org').text}`)).toBe('key_invalid')
    expect(questions).toHaveLength(2)
    expect(lookups).toEqual([other.lookup])
  })

  test('a key ends at its time, also while it is remembered', async () => {
    const { ports, issue, clock } = passage()
    const text = issue({ expiresAt: clock.now() + 500 })
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('let in')
    clock.advance(500)
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('key_invalid')
  })

  test('a key that was revoked elsewhere is refused within a second', async () => {
    const { ports, issue, clock, records } = passage()
    const text = issue()
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('let in')
    records.length = 0
    clock.advance(1000)
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('key_invalid')
  })

  test('the secret before works until its time is over, also while it is remembered', async () => {
    const { ports, records, issue, clock } = passage()
    const before = issue()
    const record = records[0] as (typeof records)[number]
    const next = newApiKey(random, 'org', record.lookup)
    const previous = { digest: record.digest, until: clock.now() + 500 }
    records[0] = { ...record, digest: next.digest, previous }
    for (const text of [before, next.text]) expect(await codeOf(ports, `Bearer ${text}`)).toBe('let in')
    clock.advance(500)
    expect(await codeOf(ports, `Bearer ${before}`)).toBe('key_invalid')
    expect(await codeOf(ports, `Bearer ${next.text}`)).toBe('let in')
  })

  test('a key whose row was moved to another environment is refused', async () => {
    const { ports, records, issue, clock } = passage()
    const text = issue({ environment: 'development' })
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('let in')
    records[0] = { ...(records[0] as (typeof records)[number]), environment: 'production' }
    clock.advance(1000)
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('key_invalid')
    records[0] = { ...(records[0] as (typeof records)[number]), environment: undefined }
    clock.advance(1000)
    expect(await codeOf(ports, `Bearer ${text}`)).toBe('key_invalid')
  })

  test('what a profile binds and sets elsewhere holds within a second; one that has moved lets nobody in', async () => {
    const { ports, issue, clock, profiles } = passage()
    const profile = { name: 'dev', environment: 'development', settings: {}, bindings: { Crm: 'acc_1' } }
    profiles.set('dev', { ...profile, version: 1 } as unknown as ProfileRecord)
    const where = { environment: 'development', profile: { appId: 'app_1', name: 'dev' } }
    const header = `Bearer ${issue(where)}`
    expect((await authenticate(ports, header)).profile).toMatchObject({
      adapters: new Map([
        ['crm', 'acc_1'],
        ['mail', undefined],
      ]),
      bound: new Set(['acc_1']),
    })
    const changed = { ...profile, settings: { a: 'b' }, bindings: { Mail: 'acc_2' }, version: 2 }
    profiles.set('dev', changed as unknown as ProfileRecord)
    clock.advance(1000)
    expect((await authenticate(ports, header)).profile).toMatchObject({
      bound: new Set(['acc_2']),
      settings: { a: 'b' },
      version: 2,
    })
    profiles.set('dev', { ...changed, environment: 'production' } as unknown as ProfileRecord)
    clock.advance(1000)
    expect(await codeOf(ports, header)).toBe('key_invalid')
  })

  test('when a key was last used is written once for all of its uses since', async () => {
    const { ports, issue, clock, uses, touched } = passage()
    const header = `Bearer ${issue()}`
    for (let count = 0; count < 5; count += 1) {
      clock.advance(10)
      await authenticate(ports, header)
    }
    await uses.flush()
    await uses.flush()
    expect(touched).toEqual([{ organizationId: 'org_1', id: 'key_1', at: clock.now() }])
    await authenticate(ports, header)
    await uses.flush()
    expect(touched).toHaveLength(2)
  })

  test('without an operator’s key nothing passes as one', async () => {
    const { ports } = passage()
    expect(await codeOf({ ...ports, adminDigest: undefined }, `Bearer ${adminKey}`)).toBe('key_invalid')
  })
})
