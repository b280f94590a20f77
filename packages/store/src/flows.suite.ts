import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, flow, now } from './records.suite.ts'

/** What every dialect promises of flows. */
export function flowSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('flows', () => {
    beforeEach(() => store.accounts.create(account('org_a')))

    const binding = (browser: string) => {
      return { browserHash: browser, stateHash: `state of ${browser}`, sealed: Buffer.from(browser) }
    }

    test('are started by one of 20 browsers, and again by that one alone', async () => {
      await store.flows.create(flow('org_a'))
      const starts = Array.from({ length: 20 }, (_, index) =>
        store.flows.start('flw_1', binding(`b${index}`), now),
      )
      const won = (await Promise.all(starts)).flatMap((done, index) => (done ? [`b${index}`] : []))
      expect(won).toHaveLength(1)
      const [winner = ''] = won
      expect(await store.flows.byState(`state of ${winner}`)).toStrictEqual(
        flow('org_a', { state: 'started', ...binding(winner) }),
      )
      expect(await store.flows.start('flw_1', binding(winner), now)).toBe(true)
      expect(await store.flows.start('flw_1', binding('another'), now)).toBe(false)
    })

    test('are not started once they expired, were consumed or never were', async () => {
      await store.flows.create(flow('org_a', { expiresAt: now }))
      await store.flows.create(
        flow('org_a', { id: 'flw_2', startHash: 's2', state: 'consumed', browserHash: 'b' }),
      )
      const ids = ['flw_1', 'flw_2', 'flw_9']
      const started = await Promise.all(ids.map((id) => store.flows.start(id, binding('b'), now)))
      expect(started).toEqual([false, false, false])
    })

    test('are consumed by one of 20 callbacks, and only once started', async () => {
      await store.flows.create(flow('org_a'))
      expect(await store.flows.consume('flw_1')).toBe(false)
      await store.flows.start('flw_1', binding('b'), now)
      const consumed = await Promise.all(Array.from({ length: 20 }, () => store.flows.consume('flw_1')))
      expect(consumed.filter(Boolean)).toHaveLength(1)
      expect(await store.flows.start('flw_1', binding('b'), now)).toBe(false)
    })

    const parked = {
      state: 'parked',
      failure: undefined,
      failureDetail: undefined,
      resultHash: 'result',
    } as const

    test('end once they were consumed, and not before or again', async () => {
      await store.flows.create(flow('org_a', { state: 'started', sealed: Buffer.from('verifier') }))
      await store.flows.finish('flw_1', { ...parked, sealed: undefined })
      expect(await store.flows.get('flw_1')).toMatchObject({ state: 'started' })
      await store.flows.consume('flw_1')
      const failed = {
        state: 'failed',
        failure: 'denied',
        failureDetail: 'No.',
        resultHash: undefined,
      } as const
      await store.flows.finish('flw_1', { ...failed, sealed: undefined })
      await store.flows.finish('flw_1', { ...parked, sealed: Buffer.from('late') })
      expect(await store.flows.get('flw_1')).toStrictEqual(flow('org_a', { ...failed, sealed: undefined }))
    })

    test('are confirmed by one of 20, who gets what waited; then it is gone', async () => {
      await store.flows.create(flow('org_a', { ...parked, sealed: Buffer.from('tokens') }))
      expect(await store.flows.confirm('acc_1', 'guess', now)).toBeUndefined()
      expect(await store.flows.confirm('acc_2', 'result', now)).toBeUndefined()
      expect(await store.flows.confirm('acc_1', 'result', now + 600_000)).toBeUndefined()
      const confirms = Array.from({ length: 20 }, () => store.flows.confirm('acc_1', 'result', now))
      const confirmed = (await Promise.all(confirms)).filter((record) => record !== undefined)
      expect(confirmed).toStrictEqual([flow('org_a', { ...parked, sealed: Buffer.from('tokens') })])
      expect(await store.flows.get('flw_1')).toMatchObject({ state: 'confirmed', sealed: undefined })
    })

    test('are found by one start and one state only', async () => {
      await store.flows.create(flow('org_a', { stateHash: 'state' }))
      for (const change of [
        { id: 'flw_2' },
        { startHash: 's2' },
        { id: 'flw_3', startHash: 's3', stateHash: 'state' },
      ]) {
        await expect(store.flows.create(flow('org_a', change))).rejects.toThrow()
      }
    })

    test('that expired are deleted, and no others', async () => {
      await store.flows.create(flow('org_a', { expiresAt: now - 1 }))
      await store.flows.create(flow('org_a', { id: 'flw_2', startHash: 's2', expiresAt: now }))
      await store.flows.deleteExpired(now)
      expect(await store.flows.get('flw_1')).toBeUndefined()
      expect(await store.flows.get('flw_2')).toBeDefined()
    })
  })
}
