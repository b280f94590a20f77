import { randomBytes } from 'node:crypto'
import { fakeClock } from '@sallyport/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import type { PersonRecord, SessionRecord, Store } from '../ports.ts'
import { Recent } from '../recent.ts'
import { builtInRoles } from './roles.ts'
import {
  authenticateSession,
  csrfToken,
  endSession,
  type KnownSession,
  principalOf,
  renewSession,
  startSession,
} from './sessions.ts'

const minute = 60_000
const ada: PersonRecord = {
  organizationId: 'org_a',
  id: 'usr_1',
  email: 'ada@example.com',
  name: 'Ada',
  role: 'developer',
  passwordHash: undefined,
  totp: undefined,
  disabled: false,
  createdAt: 0,
  updatedAt: 0,
  lastLoginAt: undefined,
  version: 1,
}

describe('a session', () => {
  let clock: ReturnType<typeof fakeClock>
  let sessions: Map<string, SessionRecord>
  let person: PersonRecord
  let audit: unknown[]
  let suspendedAt: number | undefined
  let touches: number
  let reads: number
  let ports: Parameters<typeof startSession>[0]

  beforeEach(() => {
    clock = fakeClock()
    sessions = new Map()
    person = ada
    audit = []
    suspendedAt = undefined
    touches = 0
    reads = 0
    const known = new Recent<KnownSession>(clock)
    // The outside: what the store promises is tested there.
    const store = {
      roles: { get: async () => undefined },
      recorded: async (
        _: string,
        run: (inner: unknown) => Promise<unknown>,
        entry: (result: unknown) => unknown,
      ) => {
        const result = await run(store)
        audit.push(entry(result))
        return result
      },
      organizations: { get: async () => ({ suspendedAt }) },
      sessions: {
        create: async (session: SessionRecord) => sessions.set(session.id, session) !== undefined,
        byDigest: async (organizationId: string, digest: Buffer) => {
          reads += 1
          const session = [...sessions.values()].find((each) => each.digest.equals(digest))
          return session?.organizationId === organizationId ? { session, person } : undefined
        },
        touch: async (_: string, id: string, seenAt: number) => {
          touches += 1
          sessions.set(id, { ...(sessions.get(id) as SessionRecord), seenAt })
        },
        renew: async (session: SessionRecord, from: Buffer) => {
          const was = sessions.get(session.id)
          return was?.digest.equals(from) ? sessions.set(session.id, session) !== undefined : false
        },
        end: async (_: string, _person: string, id: string) => sessions.delete(id),
      },
    }
    const random = { bytes: randomBytes }
    ports = { store: store as unknown as Store, clock, random, sessions: known, changed: () => known.clear() }
  })

  const start = () => startSession(ports, ada, { method: 'password' })
  const known = (token: string) => authenticateSession(ports, token)
  const invalid = expect.objectContaining({ code: 'session_invalid' })

  test('is 256 random bits that the store never sees, and says who calls with which scopes', async () => {
    const { token, session } = await start()
    const [organization, secret = ''] = token.reveal().split('.')
    expect([organization, Buffer.from(secret, 'base64url').length]).toEqual(['org_a', 32])
    expect(JSON.stringify([...sessions.values()])).not.toContain(secret)
    expect(session.digest).toHaveLength(32)
    expect(principalOf(await known(token.reveal()))).toEqual({
      organizationId: 'org_a',
      keyId: undefined,
      userId: 'usr_1',
      session: { id: session.id, authenticatedAt: clock.now() },
      scopes: builtInRoles.developer,
      accounts: undefined,
    })
    expect((await start()).token.reveal()).not.toBe(token.reveal())
  })

  test('of nobody, of another organization, or of another kind is no session', async () => {
    const { token } = await start()
    const secret = token.reveal().split('.')[1]
    const others = ['', secret, `org_b.${secret}`, `org_a.${'A'.repeat(43)}`, `${token.reveal()}x`, 'org_a.']
    for (const text of others) await expect(known(text ?? ''), text).rejects.toEqual(invalid)
  })

  test('ends after half an hour without a request, and after twelve hours with them', async () => {
    const idle = await start()
    clock.advance(30 * minute)
    await expect(known(idle.token.reveal())).rejects.toEqual(invalid)
    const used = await start()
    for (let passed = 0; passed < 12 * 60 - 20; passed += 20) {
      clock.advance(20 * minute)
      await known(used.token.reveal())
    }
    clock.advance(20 * minute)
    await expect(known(used.token.reveal())).rejects.toEqual(invalid)
  })

  test('is written down as seen once a minute at most, however often it is used', async () => {
    const { token } = await start()
    for (let second = 0; second < 180; second += 1) {
      clock.advance(1000)
      for (let time = 0; time < 5; time += 1) await known(token.reveal())
    }
    expect(touches).toBe(3)
    expect(reads).toBeLessThanOrEqual(180)
  })

  test('ends though its pages ask on in the background: it is used by people alone', async () => {
    const { token } = await start()
    const asked = () => authenticateSession(ports, token.reveal(), { isBackground: true })
    for (let passed = 0; passed < 28; passed += 2) {
      clock.advance(2 * minute)
      await asked()
    }
    expect(touches).toBe(0)
    // Somebody is there, in the same second as the page asks.
    for (const each of [asked, () => known(token.reveal()), asked]) await each()
    expect(touches).toBe(1)
    clock.advance(29 * minute)
    await asked()
    clock.advance(minute)
    await expect(asked()).rejects.toEqual(invalid)
    await expect(known(token.reveal())).rejects.toEqual(invalid)
    expect(touches).toBe(1)
  })

  test('gives way to a new one with the next proof', async () => {
    const { token, session } = await start()
    await known(token.reveal())
    clock.advance(minute)
    const next = await renewSession(ports, session, { method: 'password' })
    await expect(known(token.reveal())).rejects.toEqual(invalid)
    const { session: renewed } = await known(next.reveal())
    expect(renewed).toMatchObject({
      id: session.id,
      createdAt: session.createdAt,
      authenticatedAt: clock.now(),
    })
    await expect(renewSession(ports, session, { method: 'password' })).rejects.toEqual(invalid)
  })

  test('ends at once here, and within a second elsewhere, when it is ended or its person disabled', async () => {
    const { token, session } = await start()
    await known(token.reveal())
    person = { ...ada, disabled: true }
    clock.advance(1000)
    await expect(known(token.reveal())).rejects.toEqual(invalid)
    person = ada
    await known(token.reveal())
    await endSession(ports, { person: ada }, session.id)
    await expect(known(token.reveal())).rejects.toEqual(invalid)
    await expect(endSession(ports, { person: ada }, session.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('of a role that nobody knows may do nothing', async () => {
    const { token } = await start()
    person = { ...ada, role: 'toString' }
    expect((await known(token.reveal())).scopes).toEqual(new Set())
  })

  test('of an organization that is suspended is refused within a second, and says why', async () => {
    const { token } = await start()
    await known(token.reveal())
    suspendedAt = clock.now()
    clock.advance(1000)
    await expect(known(token.reveal())).rejects.toMatchObject({ code: 'organization_suspended' })
  })

  test('is not begun by whoever is disabled', async () => {
    await expect(
      startSession(ports, { ...ada, disabled: true }, { method: 'password' }),
    ).rejects.toMatchObject({ code: 'login_failed' })
    expect(sessions.size).toBe(0)
  })

  test('has a token against forgery that follows from it and does not show it', async () => {
    const { token } = await start()
    const text = csrfToken(token.reveal())
    expect(text).toMatch(/^[\w-]{43}$/)
    expect(token.reveal()).not.toContain(text)
    expect(csrfToken(token.reveal())).toBe(text)
    expect(csrfToken((await start()).token.reveal())).not.toBe(text)
  })
})

test('built-in roles hold what was agreed, and no reading role holds tokens', () => {
  expect([...builtInRoles.operator].sort()).toEqual(
    [
      ...['accounts:connect', 'accounts:read', 'accounts:write', 'apps:read', 'clients:read', 'events:read'],
      ...['integrations:read', 'operations:read', 'operations:run'],
    ].sort(),
  )
  expect([...builtInRoles.auditor].sort()).toEqual(
    [
      ...['accounts:read', 'apps:read', 'audit:read', 'clients:read', 'events:read', 'integrations:read'],
      'operations:read',
    ].sort(),
  )
  expect(builtInRoles.owner).toEqual(builtInRoles.admin)
  const left = [...builtInRoles.owner].filter((scope) => !builtInRoles.developer.has(scope))
  expect(left).toEqual(['tokens:read', 'audit:read', 'organization:admin'])
})
