import type { RenewalIntentRecord, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, now } from './records.suite.ts'

function intent(change: Partial<RenewalIntentRecord> = {}): RenewalIntentRecord {
  return {
    ...{ organizationId: 'org_a', accountId: 'acc_1', generation: 1 },
    ...{ attempt: 1, owner: 'run_a', state: 'sending' },
    ...{ since: now, deadline: now + 1, leaseUntil: now + 2 },
    ...change,
  }
}

/** What every dialect promises of renewals under way. */
export function renewalIntentSuite(current: () => Store): void {
  let store: Store

  const get = (generation = 1) =>
    store.renewalIntents.get({ organizationId: 'org_a', accountId: 'acc_1', generation })

  describe('intents to renew', () => {
    beforeEach(async () => {
      store = current()
      await store.accounts.create(account('org_a'))
    })

    test('of 20 who claim one generation one gets it, and it is there afterwards', async () => {
      const owners = Array.from({ length: 20 }, (_, index) => `run_${index}`)
      const claims = await Promise.all(owners.map((owner) => store.renewalIntents.claim(intent({ owner }))))
      expect(claims.filter(Boolean)).toHaveLength(1)
      expect(await get()).toStrictEqual(intent({ owner: owners[claims.indexOf(true)] ?? '' }))
    })

    test('are had for the generation that the account has, and no other', async () => {
      expect(await store.renewalIntents.claim(intent({ generation: 2 }))).toBe(false)
      expect(await store.renewalIntents.claim(intent({ generation: 0 }))).toBe(false)
      expect(await store.renewalIntents.claim(intent({ organizationId: 'org_b' }))).toBe(false)
      expect(await store.renewalIntents.claim(intent({ accountId: 'acc_2' }))).toBe(false)
      expect(await get(2)).toBeUndefined()
    })

    test('end with the commit of the next generation, in the same transaction', async () => {
      await store.renewalIntents.claim(intent())
      const state = account('org_a', { generation: 2 })
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 7, state, now)).toBe(false)
      expect(await get()).toBeDefined()
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 1, state, now)).toBe(true)
      expect(await get()).toBeUndefined()
      expect(await store.renewalIntents.claim(intent({ generation: 2 }))).toBe(true)
    })

    test('end when the account is given another credential, and stay when it gets another name', async () => {
      await store.renewalIntents.claim(intent())
      await store.accounts.update(account('org_a', { name: 'other', version: 2 }))
      expect(await get()).toBeDefined()
      await store.accounts.update(account('org_a', { generation: 2, version: 3 }))
      expect(await get()).toBeUndefined()
    })

    test('go with the account', async () => {
      await store.renewalIntents.claim(intent())
      await store.accounts.delete('org_a', 'acc_1', 1, undefined)
      expect(await get()).toBeUndefined()
    })

    test('are released and lose their answer by their own attempt alone', async () => {
      await store.renewalIntents.claim(intent())
      await store.renewalIntents.release(intent({ owner: 'run_b' }))
      await store.renewalIntents.loseAnswer(intent({ attempt: 2 }))
      expect(await get()).toStrictEqual(intent())
      await store.renewalIntents.loseAnswer(intent())
      expect(await get()).toStrictEqual(intent({ state: 'no_answer' }))
      await store.renewalIntents.release(intent())
      expect(await get()).toBeUndefined()
    })

    test('without an answer are taken over by one of 20', async () => {
      await store.renewalIntents.claim(intent())
      const before = intent({ state: 'no_answer' })
      const next = (index: number) => intent({ attempt: 2, owner: `run_${index}` })
      expect(await store.renewalIntents.takeOver(before, next(0))).toBe(false)
      await store.renewalIntents.loseAnswer(intent())
      const takers = Array.from({ length: 20 }, (_, index) =>
        store.renewalIntents.takeOver(before, next(index)),
      )
      const taken = await Promise.all(takers)
      expect(taken.filter(Boolean)).toHaveLength(1)
      expect(await get()).toStrictEqual(next(taken.indexOf(true)))
    })

    test('of other processes are listed while they send', async () => {
      await store.accounts.create(account('org_a', { id: 'acc_2' }))
      await store.renewalIntents.claim(intent())
      await store.renewalIntents.claim(intent({ accountId: 'acc_2', owner: 'run_b' }))
      expect(await store.renewalIntents.listSending('run_b')).toStrictEqual([intent()])
      await store.renewalIntents.loseAnswer(intent())
      expect(await store.renewalIntents.listSending('run_b')).toEqual([])
    })

    test('that were answered too late leave the answer behind, however often it is put there', async () => {
      const key = { organizationId: 'org_a', accountId: 'acc_1', generation: 2 }
      const orphan = { ...key, id: 'ans_1', sealed: Buffer.from('sealed'), at: now }
      await store.renewalIntents.park(orphan)
      await store.renewalIntents.park(orphan)
    })
  })
}
