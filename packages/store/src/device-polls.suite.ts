import type { DevicePollRecord, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, now } from './records.suite.ts'

export function poll(change: Partial<DevicePollRecord> = {}): DevicePollRecord {
  return {
    organizationId: 'org_a',
    environment: 'development',
    id: 'flw_1',
    accountId: 'acc_1',
    sealed: Buffer.from([0, 255, 1]),
    intervalSeconds: 5,
    dueAt: now,
    createdAt: now - 5000,
    expiresAt: now + 600_000,
    ...change,
  }
}

/** What every dialect promises of authorizations on other devices. */
export function devicePollSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('device polls', () => {
    beforeEach(() => store.accounts.create(account('org_a')))

    const claims = (at: number) => store.devicePolls.claimDue(at, at + 35_000, 10)

    test('are claimed by one of 20 when they are due, and not before', async () => {
      await store.devicePolls.replace(poll())
      expect(await claims(now - 1)).toEqual([])
      const claimed = await Promise.all(Array.from({ length: 20 }, () => claims(now)))
      expect(claimed.flat()).toStrictEqual([poll({ dueAt: now + 35_000 })])
      expect(await claims(now + 34_999)).toEqual([])
      expect(await claims(now + 35_000)).toHaveLength(1)
    })

    test('that nobody came back from are due after their interval at the earliest', async () => {
      await store.devicePolls.replace(poll({ intervalSeconds: 90 }))
      await claims(now)
      expect(await claims(now + 89_999)).toEqual([])
      expect(await claims(now + 90_000)).toHaveLength(1)
    })

    test('are due again as they were postponed, with the interval that they have now', async () => {
      await store.devicePolls.replace(poll())
      await store.devicePolls.postpone(poll({ intervalSeconds: 10, dueAt: now + 10_000 }))
      expect(await claims(now + 9_999)).toEqual([])
      expect(await claims(now + 10_000)).toMatchObject([{ intervalSeconds: 10 }])
    })

    test('give way to the account’s next one, which the first can neither move nor end', async () => {
      await store.devicePolls.replace(poll())
      await store.devicePolls.replace(poll({ id: 'flw_2', dueAt: now + 1 }))
      await store.devicePolls.postpone(poll({ dueAt: now + 99 }))
      expect(await store.devicePolls.end(poll())).toBe(false)
      expect(await store.devicePolls.get('org_a', 'acc_1')).toStrictEqual(
        poll({ id: 'flw_2', dueAt: now + 1 }),
      )
    })

    test('end once', async () => {
      await store.devicePolls.replace(poll())
      const ends = await Promise.all(Array.from({ length: 20 }, () => store.devicePolls.end(poll())))
      expect(ends.filter(Boolean)).toHaveLength(1)
      expect(await store.devicePolls.get('org_a', 'acc_1')).toBeUndefined()
    })

    test('end with their account, deleted or disconnected', async () => {
      await store.devicePolls.replace(poll())
      const gone = account('org_a', { status: 'revoked', revocation: 'done', generation: 2, version: 2 })
      await store.accounts.disconnect(gone, undefined)
      expect(await store.devicePolls.get('org_a', 'acc_1')).toBeUndefined()
      await store.devicePolls.replace(poll())
      await store.accounts.delete('org_a', 'acc_1', 2, undefined)
      expect(await claims(now)).toEqual([])
    })
  })
}
