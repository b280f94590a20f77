import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { addOrganization, now, person, session } from './records.suite.ts'

/** What every dialect promises of sessions. */
export function sessionSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('sessions', () => {
    beforeEach(async () => {
      await store.people.create(person('org_a'))
    })

    const digest = Buffer.from('digest')
    const ids = async () => (await store.sessions.list('org_a', 'usr_1')).map(({ id }) => id)

    test('are found with their person by what the browser has, in their organization alone', async () => {
      await addOrganization(store, 'org_b')
      const whole = session('org_a', {
        ...{ method: 'sso', identityProviderId: 'idp_1', createdAt: now + 1 },
        ...{ address: '192.0.2.1', userAgent: 'A browser' },
      })
      expect(await store.sessions.create(whole)).toBe(true)
      expect(await store.sessions.byDigest('org_a', digest)).toStrictEqual({
        session: whole,
        person: person('org_a', { lastLoginAt: now + 1 }),
      })
      expect(await store.sessions.byDigest('org_b', digest)).toBeUndefined()
      expect(await store.sessions.byDigest('org_a', Buffer.from('another'))).toBeUndefined()
    })

    test('are not begun by whoever is disabled, or is not there', async () => {
      await store.people.update(person('org_a', { disabled: true, version: 2 }))
      expect(await store.sessions.create(session('org_a'))).toBe(false)
      expect(await store.sessions.create(session('org_a', { personId: 'usr_9' }))).toBe(false)
      expect(await store.sessions.byDigest('org_a', digest)).toBeUndefined()
      expect(await store.people.get('org_a', 'usr_1')).toMatchObject({ lastLoginAt: undefined })
    })

    test('lose their old digest with a new proof, which one of ten gives', async () => {
      await store.sessions.create(session('org_a'))
      const renewed = (index: number) =>
        session('org_a', { digest: Buffer.from(`new ${index}`), authenticatedAt: now + 5, seenAt: now + 5 })
      const attempts = Array.from({ length: 10 }, (_, index) => store.sessions.renew(renewed(index), digest))
      const won = (await Promise.all(attempts)).flatMap((done, index) => (done ? [index] : []))
      expect(won).toHaveLength(1)
      expect(await store.sessions.byDigest('org_a', digest)).toBeUndefined()
      const found = await store.sessions.byDigest('org_a', Buffer.from(`new ${won[0]}`))
      expect(found?.session).toStrictEqual(renewed(won[0] ?? 0))
    })

    test('end one by one, by their own person alone, or with a change of that person', async () => {
      await store.people.create(person('org_a', { id: 'usr_2', email: 'other@example.com' }))
      for (const id of ['ses_1', 'ses_2', 'ses_3', 'ses_4'])
        await store.sessions.create(session('org_a', { id, digest: Buffer.from(id) }))
      const others = session('org_a', { id: 'ses_9', digest, personId: 'usr_2' })
      await store.sessions.create(others)
      expect(await store.sessions.end('org_a', 'usr_2', 'ses_1')).toBe(false)
      expect(await store.sessions.end('org_a', 'usr_1', 'ses_1')).toBe(true)
      expect(await store.sessions.end('org_a', 'usr_1', 'ses_1')).toBe(false)
      expect(await ids()).toEqual(['ses_4', 'ses_3', 'ses_2'])
      await store.people.update(person('org_a', { version: 2 }), { endSessions: { except: 'ses_3' } })
      expect(await ids()).toEqual(['ses_3'])
      await store.people.update(person('org_a', { version: 2 }), { endSessions: 'all' })
      expect(await ids()).toEqual(['ses_3'])
      await store.people.update(person('org_a', { version: 3 }), { endSessions: 'all' })
      expect(await ids()).toEqual([])
      expect(await store.sessions.list('org_a', 'usr_2')).toStrictEqual([others])
    })

    test('are taken away when nobody was seen, or when they are too old', async () => {
      await store.sessions.create(session('org_a', { id: 'ses_1', digest: Buffer.from('1') }))
      await store.sessions.create(session('org_a', { id: 'ses_2', digest: Buffer.from('2') }))
      await store.sessions.touch('org_a', 'ses_2', now + 100)
      await store.sessions.deleteExpired(now, now)
      expect(await ids()).toEqual(['ses_2', 'ses_1'])
      await store.sessions.deleteExpired(now + 1, now)
      expect(await ids()).toEqual(['ses_2'])
      await store.sessions.deleteExpired(now + 1, now + 1)
      expect(await ids()).toEqual([])
    })

    test('of a database that is a copy of another’s end in quarantine', async () => {
      await store.sessions.create(session('org_a'))
      await store.instance.create('ins_a')
      await store.instance.quarantine({ id: 'ins_b', epoch: 500 })
      expect(await ids()).toEqual([])
    })
  })
}
