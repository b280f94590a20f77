import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { addOrganization, now, pages, person, session } from './records.suite.ts'

/** What every dialect promises of people. */
export function personSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('people', () => {
    test('come back as they were given, by id and by e-mail address however it is written', async () => {
      const whole = person('org_a', { totp: Buffer.from([0, 255]), disabled: true, lastLoginAt: now })
      expect(await store.people.create(whole)).toBe(true)
      expect(await store.people.get('org_a', 'usr_1')).toStrictEqual(whole)
      const spellings = [
        'ada@example.com',
        ' ADA@EXAMPLE.COM',
        'ａｄａ@example.com',
        'a\u200bd\u00ada@example.com',
      ]
      for (const email of spellings) {
        expect(await store.people.byEmail('org_a', email), email).toStrictEqual(whole)
      }
      expect(await store.people.byEmail('org_a', 'adá@example.com')).toBeUndefined()
    })

    test('have an e-mail address that nobody else of their organization has, other organizations aside', async () => {
      await addOrganization(store, 'org_b')
      const all = ['Ada@Example.com', 'ada@example.com', 'ADA@example.com'].map((email, index) =>
        store.people.create(person('org_a', { id: `usr_${index}`, email })),
      )
      expect((await Promise.all(all)).filter((created) => created)).toHaveLength(1)
      expect(await store.people.create(person('org_b'))).toBe(true)
      expect(await store.people.get('org_b', 'usr_0')).toBeUndefined()
      expect(await store.people.byEmail('org_b', 'ada@example.com')).toMatchObject({
        organizationId: 'org_b',
      })
    })

    test('are changed by one who has seen the last change, and listed in pages', async () => {
      for (const id of ['usr_1', 'usr_2', 'usr_3'])
        await store.people.create(person('org_a', { id, email: `${id}@example.com` }))
      const changed = person('org_a', {
        ...{ email: 'grace@example.com', name: 'Grace', role: 'auditor', passwordHash: undefined },
        ...{ totp: Buffer.from([1]), disabled: true, updatedAt: now + 1, version: 2 },
      })
      const attempts = Array.from({ length: 10 }, () => store.people.update(changed))
      expect((await Promise.all(attempts)).filter((done) => done)).toHaveLength(1)
      expect(await store.people.get('org_a', 'usr_1')).toStrictEqual(changed)
      expect(await pages((page) => store.people.list('org_a', page), 2)).toEqual([
        ['usr_1', 'usr_2'],
        ['usr_3'],
      ])
      await expect(
        store.people.update(person('org_a', { email: 'USR_2@example.com', version: 3 })),
      ).rejects.toThrow()
    })

    test('are gone once deleted, with their sessions', async () => {
      await store.people.create(person('org_a'))
      await store.sessions.create(session('org_a'))
      expect(await store.people.delete('org_a', 'usr_1')).toBe(true)
      expect(await store.people.delete('org_a', 'usr_1')).toBe(false)
      expect(await store.sessions.list('org_a', 'usr_1')).toEqual([])
    })

    test('use each step of time once, and never an earlier one', async () => {
      await store.people.create(person('org_a'))
      const tries = await Promise.all(
        Array.from({ length: 10 }, () => store.people.takeTotpStep('org_a', 'usr_1', 7)),
      )
      expect(tries.filter((taken) => taken)).toHaveLength(1)
      expect(await store.people.takeTotpStep('org_a', 'usr_1', 6)).toBe(false)
      expect(await store.people.takeTotpStep('org_a', 'usr_1', 8)).toBe(true)
    })

    test('use each recovery code once; new ones take the place of the old', async () => {
      await store.people.create(person('org_a'))
      const codes = (...texts: string[]) => ({ recoveryCodes: texts.map((text) => Buffer.from(text)) })
      await store.people.update(person('org_a', { version: 2 }), codes('a', 'b', 'c'))
      const take = (text: string) => store.people.takeRecoveryCode('org_a', 'usr_1', Buffer.from(text))
      const tries = await Promise.all(Array.from({ length: 10 }, () => take('b')))
      expect(tries.filter((taken) => taken)).toHaveLength(1)
      expect(await store.people.countRecoveryCodes('org_a', 'usr_1')).toBe(2)
      // A change that is too late changes no codes either.
      expect(await store.people.update(person('org_a', { version: 2 }), codes('x'))).toBe(false)
      expect(await take('x')).toBe(false)
      await store.people.update(person('org_a', { version: 3 }), codes('d'))
      expect([await take('a'), await take('d')]).toEqual([false, true])
    })
  })

  describe('failed log-ins', () => {
    const first = { organizationId: 'org_a', subject: 's', failures: 1, nextAt: now, updatedAt: now }

    test('are counted by one at a time', async () => {
      expect(await store.loginThrottles.get('org_a', 's')).toBeUndefined()
      const write = (read: typeof first | undefined, failures: number) =>
        store.loginThrottles.write({ ...first, failures, updatedAt: now + failures }, read)
      const firsts = await Promise.all(Array.from({ length: 10 }, () => write(undefined, 1)))
      expect(firsts.filter((written) => written)).toHaveLength(1)
      const read = await store.loginThrottles.get('org_a', 's')
      expect(read).toEqual({ ...first, updatedAt: now + 1 })
      const seconds = await Promise.all(Array.from({ length: 10 }, () => write(read, 2)))
      expect(seconds.filter((written) => written)).toHaveLength(1)
      expect(await store.loginThrottles.get('org_a', 's')).toMatchObject({ failures: 2 })
    })

    test('are forgotten when they are old', async () => {
      await store.loginThrottles.write(first, undefined)
      await store.loginThrottles.deleteBefore(now)
      expect(await store.loginThrottles.get('org_a', 's')).toEqual(first)
      await store.loginThrottles.deleteBefore(now + 1)
      expect(await store.loginThrottles.get('org_a', 's')).toBeUndefined()
    })
  })
}
