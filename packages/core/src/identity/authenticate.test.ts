import { randomBytes } from 'node:crypto'
import { scopes } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import { Gathered } from '../gathered.ts'
import type { ApiKeyRecord, Store } from '../ports.ts'
import { Recent } from '../recent.ts'
import { digestOf, newApiKey } from './api-key.ts'
import { type AuthenticatePorts, authenticate, type KnownKey } from './authenticate.ts'

const random = { bytes: randomBytes }
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
  const ports: AuthenticatePorts = {
    store,
    clock,
    keys: new Recent<KnownKey>(clock),
    verified: new Recent<KnownKey>(clock),
    ids: new Gathered((asked) => store.apiKeys.idsOf(asked)),
    adminDigest: digestOf(adminKey),
    firstOrganizationId: 'org_first',
  }
  const issue = (rest: Partial<ApiKeyRecord> = {}) => {
    const { text, lookup, digest } = newApiKey(random, 'org')
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
  return { clock, questions, lookups, records, ports, issue }
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

  test('without an operator’s key nothing passes as one', async () => {
    const { ports } = passage()
    expect(await codeOf({ ...ports, adminDigest: undefined }, `Bearer ${adminKey}`)).toBe('key_invalid')
  })
})
