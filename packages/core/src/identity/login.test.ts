import { randomBytes } from 'node:crypto'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import type { PersonRecord, Store, ThrottleRecord } from '../ports.ts'
import { Recent } from '../recent.ts'
import type { Vault } from '../vault/vault.ts'
import { type LoginPorts, logIn } from './login.ts'
import { ofAccount, ofKnownBrowser, ofNetwork } from './login-throttle.ts'
import { PasswordHashing } from './password-hashing.ts'
import { newPerson } from './person.ts'
import { isFresh, requireFreshProof } from './step-up.ts'

const passwords = new PasswordHashing()
const clock = fakeClock()
const random = { bytes: randomBytes }
const password = 'an engine of difference'
const origin = { network: '192.0.2.1' }

/** The outside: a store of these people, which keeps counts in memory. */
function ports(people: readonly PersonRecord[], suspendedAt?: number): LoginPorts {
  const counts = new Map<string, ThrottleRecord>()
  const store = {
    people: { byEmail: async (_: string, email: string) => people.find((each) => each.email === email) },
    organizations: { get: async () => ({ suspendedAt }) },
    loginThrottles: {
      get: async (_: string, subject: string) => counts.get(subject),
      write: async (record: ThrottleRecord) => counts.set(record.subject, record) !== undefined,
    },
    sessions: { create: async () => true },
    recorded: async (_: string, run: (inner: unknown) => Promise<unknown>) => run(store),
  }
  const vault = { seal: async () => Buffer.from('sealed') }
  return {
    ...{ store: store as unknown as Store, vault: vault as unknown as Vault, clock, random, passwords },
    ...{ firstOrganizationId: 'org_a', changed: () => undefined, sessions: new Recent(clock) },
  }
}

const person = (email: string, passwordHash: string | undefined, change: Partial<PersonRecord> = {}) => {
  const given = { organizationId: 'org_a', email, name: email, role: 'owner', passwordHash }
  return { ...newPerson({ clock, random }, given), ...change }
}

test('who may not log in is told the same after the same work: a wrong password, none, a disabled or unknown person', async () => {
  const hash = await passwords.hash(password)
  const those = ports([
    person('right', hash),
    person('disabled', hash, { disabled: true }),
    person('sso', undefined),
    person('coded', hash, { totp: Buffer.from('x') }),
  ])
  const attempts = [
    ...[
      ['right', 'wrong'],
      ['nobody', password],
      ['disabled', password],
      ['sso', password],
    ],
    ...[
      ['sso', ''],
      ['coded', 'wrong'],
      ['disabled', 'wrong'],
    ],
  ] as const
  for (const [email, given] of attempts) {
    const before = passwords.computed
    await expect(logIn(those, { email, password: given }, origin), email).rejects.toMatchObject({
      ...{ code: 'login_failed', message: expect.stringContaining('Nobody with this e-mail address') },
    })
    expect(passwords.computed - before, email).toBe(1)
  }
  expect(await logIn(those, { email: 'right', password }, origin)).toMatchObject({
    person: { email: 'right' },
  })
})

test('of an organization that is suspended those are told so who have proved who they are, and nobody else', async () => {
  const those = ports([person('right', await passwords.hash(password))], 1)
  const attempt = (given: string) => logIn(those, { email: 'right', password: given }, origin)
  await expect(attempt('wrong')).rejects.toMatchObject({ code: 'login_failed' })
  await expect(attempt(password)).rejects.toMatchObject({ code: 'organization_suspended' })
})

describe('places where attempts are counted', () => {
  test('are bounded, however many names and networks there are', () => {
    const places = new Set<string>()
    for (let index = 0; index < 300_000; index += 1) {
      places.add(ofAccount('org_a', `${index}@example.com`).subject)
    }
    expect(places.size).toBeLessThanOrEqual(65_536)
  })

  test('are one for all ways to write a name, and of their own for each kind', () => {
    const one = ofAccount('org_a', 'ada@example.com').subject
    for (const email of ['ADA@example.com', 'ａｄａ@EXAMPLE.com', 'a\u00adda@example.com ']) {
      expect(ofAccount('org_a', email).subject).toBe(one)
    }
    expect(ofAccount('org_b', 'ada@example.com').subject).not.toBe(one)
    const kinds = [ofAccount('o', 'x'), ofNetwork('o', 'x'), ofKnownBrowser('o', 'x')]
    expect(new Set(kinds.map(({ subject }) => subject.split(':')[0])).size).toBe(3)
  })
})

test('a proof is fresh for ten minutes; keys need none', () => {
  const session = { id: 'ses_1', authenticatedAt: clock.now() - 599_999 }
  expect(() => requireFreshProof({ clock }, { session })).not.toThrow()
  const old = { ...session, authenticatedAt: clock.now() - 600_000 }
  expect(() => requireFreshProof({ clock }, { session: old })).toThrow(
    expect.objectContaining({ code: 'step_up' }),
  )
  expect(isFresh(clock, old)).toBe(false)
  expect(() => requireFreshProof({ clock }, {})).not.toThrow()
})
