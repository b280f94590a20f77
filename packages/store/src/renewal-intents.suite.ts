import type { RenewalIntentRecord, RenewalKey, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, now } from './records.suite.ts'

const acc1 = { organizationId: 'org_a', accountId: 'acc_1', generation: 1 }
const lease = { owner: 'run_a', deadlineMilliseconds: 150_000, leaseMilliseconds: 180_000 }
const leaseOf = (owner: string) => ({ ...lease, owner })

/** What two readings of the same have in common. */
function unread(intent: RenewalIntentRecord | undefined) {
  const { readAt, ...rest } = intent ?? {}
  return intent && rest
}

/** What every dialect promises of renewals under way. */
export function renewalIntentSuite(current: () => Store): void {
  let store: Store

  const get = (generation = 1) => store.renewalIntents.get({ ...acc1, generation })
  const claim = (change: Partial<RenewalKey> = {}, owner = 'run_a') =>
    store.renewalIntents.claim({ ...acc1, isRefused: false, ...change }, leaseOf(owner))
  const claimed = async () => {
    const intent = await claim()
    if (!intent) throw new Error('nobody else claims')
    return intent
  }

  describe('intents to renew', () => {
    beforeEach(async () => {
      store = current()
      await store.accounts.create(account('org_a'))
    })

    test('of 20 who claim one generation one gets it, and it is there afterwards', async () => {
      const owners = Array.from({ length: 20 }, (_, index) => `run_${index}`)
      const claims = await Promise.all(owners.map((owner) => claim({}, owner)))
      const [won, ...more] = claims.filter((each) => each !== undefined)
      expect([more, claims.indexOf(won)]).toEqual([[], owners.indexOf(won?.owner ?? '')])
      expect(won).toMatchObject({ ...acc1, attempt: 1, state: 'sending' })
      expect(unread(await get())).toStrictEqual(unread(won))
    })

    test('run from when they were claimed, by the clock of the store', async () => {
      const { since, deadline, leaseUntil, readAt } = await claimed()
      expect([deadline - since, leaseUntil - since]).toEqual([150_000, 180_000])
      expect(readAt).toBeGreaterThanOrEqual(since)
      expect((await get())?.readAt).toBeGreaterThanOrEqual(readAt)
    })

    test('are had for the generation that the account has, and no other', async () => {
      expect(await claim({ generation: 2 })).toBeUndefined()
      expect(await claim({ generation: 0 })).toBeUndefined()
      expect(await claim({ organizationId: 'org_b' })).toBeUndefined()
      expect(await claim({ accountId: 'acc_2' })).toBeUndefined()
      expect(await get(2)).toBeUndefined()
    })

    test('are not had of an account that needs somebody, unless whoever claims knows that', async () => {
      await store.accounts.setStatus('org_a', 'acc_1', 1, 'needs_reconnect', 'invalid_grant', undefined)
      expect(await claim()).toBeUndefined()
      const known = { ...acc1, isRefused: true }
      expect(await store.renewalIntents.claim(known, lease)).toMatchObject({ attempt: 1 })
    })

    test('end with the commit of the next generation, in the same transaction', async () => {
      await claim()
      const state = account('org_a', { generation: 2 })
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 7, state, now)).toBe(false)
      expect(await get()).toBeDefined()
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 1, state, now)).toBe(true)
      expect(await get()).toBeUndefined()
      expect(await claim({ generation: 2 })).toBeDefined()
    })

    test('end when the account is given another credential, and stay when it gets another name', async () => {
      await claim()
      await store.accounts.update(account('org_a', { name: 'other', version: 2 }))
      expect(await get()).toBeDefined()
      await store.accounts.update(account('org_a', { generation: 2, version: 3 }))
      expect(await get()).toBeUndefined()
    })

    test('go with the account', async () => {
      await claim()
      await store.accounts.delete('org_a', 'acc_1', 1, undefined)
      expect(await get()).toBeUndefined()
    })

    test('are released and lose their answer by their own attempt alone', async () => {
      const intent = await claimed()
      await store.renewalIntents.release({ ...intent, owner: 'run_b' })
      await store.renewalIntents.loseAnswer({ ...intent, attempt: 2 })
      expect(unread(await get())).toStrictEqual(unread(intent))
      await store.renewalIntents.loseAnswer(intent)
      const doubted = { ...unread(intent), state: 'no_answer' }
      expect(unread(await get())).toStrictEqual(doubted)
      await store.renewalIntents.release(intent)
      expect(unread(await get())).toStrictEqual(doubted)
    })

    test('without an answer are taken over by one of 20', async () => {
      const intent = await claimed()
      const before = { ...intent, state: 'no_answer' as const }
      expect(await store.renewalIntents.takeOver(before, leaseOf('run_0'))).toBeUndefined()
      await store.renewalIntents.loseAnswer(intent)
      const takers = Array.from({ length: 20 }, (_, index) =>
        store.renewalIntents.takeOver(before, leaseOf(`run_${index}`)),
      )
      const taken = await Promise.all(takers)
      const [won, ...more] = taken.filter((each) => each !== undefined)
      expect(more).toEqual([])
      const { since } = intent
      const next = { attempt: 2, state: 'sending', owner: `run_${taken.indexOf(won)}`, since }
      expect(won).toMatchObject(next)
      expect(unread(await get())).toStrictEqual(unread(won))
    })

    test('of other processes are listed while they send, all of them or those of some', async () => {
      await store.accounts.create(account('org_a', { id: 'acc_2' }))
      const intent = await claimed()
      await claim({ accountId: 'acc_2' }, 'run_b')
      const list = async (whose: Parameters<Store['renewalIntents']['listSending']>[0]) =>
        (await store.renewalIntents.listSending(whose)).map(unread)
      expect(await list({ exceptOwner: 'run_b' })).toStrictEqual([unread(intent)])
      expect(await list({ owners: ['run_a', 'run_c'] })).toStrictEqual([unread(intent)])
      expect(await list({ owners: ['run_c'] })).toEqual([])
      await store.renewalIntents.loseAnswer(intent)
      expect(await list({ exceptOwner: 'run_b' })).toEqual([])
    })

    test('that were answered too late leave the answer behind, however often it is put there', async () => {
      const orphan = { ...acc1, generation: 2, id: 'ans_1', sealed: Buffer.from('sealed'), at: now }
      await store.renewalIntents.park(orphan)
      await store.renewalIntents.park(orphan)
    })
  })
}
