import type { Store, TraceRecord } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, now } from './records.suite.ts'

function trace(number: number, accountId = 'acc_1'): TraceRecord {
  const id = `trc_${String(number).padStart(4, '0')}`
  return { organizationId: 'org_a', id, accountId, at: now + number, kind: 'refresh', ok: true, data: '{}' }
}

/** What every dialect promises of traces. */
export function traceSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('traces', () => {
    const page = (limit: number, after?: string) => store.traces.list('org_a', 'acc_1', { limit, after })

    test('are given back as they were given, newest first, page by page', async () => {
      for (const number of [1, 2, 3]) await store.traces.add(trace(number))
      const first = await page(2)
      expect(first.items).toStrictEqual([trace(3), trace(2)])
      expect(await page(2, first.nextCursor)).toStrictEqual({ items: [trace(1)], nextCursor: undefined })
    })

    test('are kept a hundred for each account, the latest', async () => {
      for (let number = 1; number <= 105; number += 1) await store.traces.add(trace(number))
      await store.traces.add(trace(1, 'acc_2'))
      const { items } = await page(1000)
      expect([items.length, items[0]?.id, items.at(-1)?.id]).toEqual([100, 'trc_0105', 'trc_0006'])
      expect((await store.traces.list('org_a', 'acc_2', { limit: 10, after: undefined })).items).toHaveLength(
        1,
      )
    })

    test('go with their account', async () => {
      await store.accounts.create(account('org_a'))
      await store.traces.add(trace(1))
      await store.accounts.delete('org_a', 'acc_1', 1, undefined)
      expect((await page(10)).items).toEqual([])
    })
  })
}
