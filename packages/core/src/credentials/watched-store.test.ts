import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import type { AccountRecord, Store } from '../ports.ts'
import { Generations } from './generations.ts'
import { watchedStore } from './watched-store.ts'

/** A database with one account, whose transactions are undone when they fail. */
function oneAccount() {
  let stored = { id: 'acc_1', generation: 1 } as AccountRecord
  const store = {
    accounts: {
      get: async () => stored,
      async update(account: AccountRecord) {
        stored = account
        return true
      },
    } as Partial<Store['accounts']> as Store['accounts'],
    async recorded(_, run, entry) {
      const before = stored
      try {
        const result = await run(store)
        entry(result)
        return result
      } catch (error) {
        stored = before
        throw error
      }
    },
  } as Partial<Store> as Store
  return store
}

test('what a transaction wrote that was then undone had written is not taken for known', async () => {
  let setBack = 0
  const store = watchedStore(oneAccount(), new Generations(fakeClock()), () => {
    setBack += 1
  })
  const next = { id: 'acc_1', generation: 2 } as AccountRecord
  const failing = () => {
    throw new Error('no entry')
  }
  await expect(store.recorded('org_a', (it) => it.accounts.update(next), failing)).rejects.toThrow('no entry')
  await store.accounts.get('org_a', 'acc_1')
  expect(setBack).toBe(0)
})

test('an account that stands at an earlier generation than is known is noticed within a transaction, too', async () => {
  let setBack = 0
  const known = new Generations(fakeClock())
  const watched = watchedStore(oneAccount(), known, () => {
    setBack += 1
  })
  known.note('acc_1', 2)
  await watched.recorded(
    'org_a',
    (it) => it.accounts.get('org_a', 'acc_1'),
    () => undefined,
  )
  expect(setBack).toBe(1)
})
