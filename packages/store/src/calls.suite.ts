import {
  type CallEventFilter,
  type CallEventRecord,
  orderedIdAt,
  type PageRequest,
  type Store,
} from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { addOrganization, all, now } from './records.suite.ts'

const newest = { order: 'newest' } as const
const oldest = { order: 'oldest' } as const

/** A call that ended so many milliseconds after the beginning, recorded by a process. */
export function callEvent(
  after: number,
  fields: Partial<CallEventRecord> = {},
  process = 'a',
): CallEventRecord {
  return {
    id: `${orderedIdAt('evt', now + after)}0000${process.padEnd(12, '0')}`,
    at: now + after,
    accountId: 'acc_1',
    integration: 'Acme',
    environment: 'development',
    keyId: 'key_1',
    requestId: `req_0mx32fv8wec48ada6c8${after.toString(36)}`,
    method: 'GET',
    host: 'api.example.com',
    path: '/users/{id}',
    status: 200,
    code: undefined,
    brokenBy: undefined,
    attempts: 1,
    bytesUp: 0,
    bytesDown: 1024,
    queued: undefined,
    token: undefined,
    connect: 0.1,
    firstByte: 12.5,
    total: 13,
    ...fields,
  }
}

/** What every dialect promises of events of calls. */
export function callSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  const add = (...calls: readonly CallEventRecord[]) => store.calls.add([{ organizationId: 'org_a', calls }])

  async function times(filter: CallEventFilter = newest, page: PageRequest = all, organizationId = 'org_a') {
    const { items } = await store.calls.list(organizationId, filter, page)
    return items.map(({ at }) => at - now)
  }

  /** All pages of so many, by their cursors. */
  async function paged(filter: CallEventFilter, limit: number) {
    const pages: number[][] = []
    let after: string | undefined
    do {
      const { items, nextCursor } = await store.calls.list('org_a', filter, { limit, after })
      pages.push(items.map(({ at }) => at - now))
      after = nextCursor
    } while (after !== undefined)
    return pages
  }

  describe('events of calls', () => {
    test('come back as they were given, with all that they hold and with next to nothing', async () => {
      const full = callEvent(5, {
        code: 'upstream_timeout',
        brokenBy: 'upstream',
        attempts: 3,
        bytesUp: 2 ** 40,
        queued: 1.5,
        token: 900.2,
        requestId: 'req_"\\\n',
        path: '/ü"\\/{id}…',
      })
      const nobody = callEvent(9, {
        accountId: undefined,
        integration: undefined,
        environment: undefined,
        keyId: undefined,
        host: undefined,
        status: 0,
        connect: undefined,
        firstByte: undefined,
        // A clock that was set back.
        at: now - 5000,
      })
      await add(full, nobody)
      expect((await store.calls.list('org_a', oldest, all)).items).toStrictEqual([full, nobody])
    })

    test('are listed either way, whoever wrote them and in whatever batches, a page at a time', async () => {
      // Two processes: their batches overlap, and one wrote much in the time in which the other wrote little.
      const mine = Array.from({ length: 30 }, (_, index) => callEvent(index * 500))
      const theirs = Array.from({ length: 60 }, (_, index) => callEvent(index * 250 + 1, {}, 'b'))
      for (let from = 0; from < 30; from += 4) await add(...mine.slice(from, from + 4))
      for (let from = 0; from < 60; from += 1) await add(...theirs.slice(from, from + 1))
      const inOrder = [...mine, ...theirs].map(({ at }) => at - now).sort((one, other) => one - other)
      for (const limit of [1, 7, 89, 90, 200]) {
        const forth = await paged(oldest, limit)
        expect(forth.flat(), `oldest by ${limit}`).toEqual(inOrder)
        const back = await paged(newest, limit)
        expect(back.flat(), `newest by ${limit}`).toEqual([...inOrder].reverse())
        expect(back[0], `the first page of ${limit} is full`).toHaveLength(Math.min(limit, 90))
      }
    })

    test('are narrowed by account, integration, method, status, code and time', async () => {
      await add(
        callEvent(0),
        callEvent(1, { accountId: 'acc_2', integration: 'Other', status: 404 }),
        callEvent(2, { method: 'POST', status: 0, brokenBy: 'caller', keyId: 'key_2' }),
      )
      await add(
        callEvent(3000, { status: 502, code: 'upstream_unreachable' }),
        callEvent(3001, { accountId: undefined, status: 404, code: 'not_found', environment: 'qa' }),
      )
      const only = (filter: Omit<CallEventFilter, 'order'>) => times({ ...oldest, ...filter })
      expect(await only({ accountIds: ['acc_2'] })).toEqual([1])
      expect(await only({ accountIds: ['acc_2', 'acc_1'] })).toEqual([0, 1, 2, 3000])
      expect(await only({ accountIds: [] })).toEqual([])
      const many = Array.from({ length: 50 }, (_, index) => `acc_${index + 2}`)
      expect(await only({ accountIds: many })).toEqual([1])
      expect(await only({ integration: 'ACME' })).toEqual([0, 2, 3000, 3001])
      expect(await only({ integration: '%' })).toEqual([])
      expect(await only({ method: 'POST' })).toEqual([2])
      expect(await only({ status: { from: 404, to: 404 } })).toEqual([1, 3001])
      expect(await only({ status: { from: 500, to: 599 } })).toEqual([3000])
      expect(await only({ status: { from: 405, to: 405 } })).toEqual([])
      expect(await only({ keyIds: ['key_2', 'key_3'] })).toEqual([2])
      expect(await only({ keyIds: [] })).toEqual([])
      expect(await only({ requestId: callEvent(1).requestId })).toEqual([1])
      expect(await only({ environment: 'QA' })).toEqual([3001])
      expect(await only({ code: 'not_found' })).toEqual([3001])
      expect(await only({ code: 'not_found', accountIds: ['acc_1'] })).toEqual([])
      expect(await only({ from: orderedIdAt('evt', now + 2) })).toEqual([2, 3000, 3001])
      expect(
        await only({ from: orderedIdAt('evt', now + 1), before: orderedIdAt('evt', now + 3001) }),
      ).toEqual([1, 2, 3000])
      expect(
        await times({ ...newest, from: orderedIdAt('evt', now + 1), before: orderedIdAt('evt', now + 3001) }),
      ).toEqual([3000, 2, 1])
    })

    test('a list that looks through many without finding any says how far it came, and comes to the end', async () => {
      for (let index = 0; index < 230; index += 1) await add(callEvent(index * 3000))
      await add(callEvent(800_000, { method: 'PUT' }))
      for (const order of ['newest', 'oldest'] as const) {
        const pages = await paged({ order, method: 'PUT' }, 10)
        expect(pages.flat(), order).toEqual([800_000])
        expect(pages.length, order).toBe(2)
      }
    })

    test('belong to their organization', async () => {
      await addOrganization(store, 'org_b')
      await store.calls.add([
        { organizationId: 'org_a', calls: [callEvent(0)] },
        { organizationId: 'org_b', calls: [callEvent(1), callEvent(2)] },
      ])
      expect(await times()).toEqual([0])
      expect(await times(newest, all, 'org_b')).toEqual([2, 1])
    })

    test('that are written again, because nobody heard that they were, are there once', async () => {
      await add(callEvent(0), callEvent(1))
      await add(callEvent(0), callEvent(1))
      expect(await times()).toEqual([1, 0])
      // Nor do they count twice.
      expect(await pruned(0, 1000)).toBe(0)
    })

    test('go when they are old, and the oldest where there are too many, in small steps', async () => {
      await addOrganization(store, 'org_b')
      const added = async (organizationId: string, count: number) => {
        for (let index = 0; index < count; index += 1) {
          await store.calls.add([{ organizationId, calls: [callEvent(index * 1000)] }])
        }
      }
      await added('org_a', 50)
      await added('org_b', 3)
      expect(await pruned(now, 1_000_000)).toBe(0)

      expect(await pruned(now + 10_500, 1_000_000)).toBe(2)
      expect((await times(oldest))[0]).toBe(11_000)
      expect(await times(oldest, all, 'org_b')).toEqual([])

      const steps = await pruned(0, 5000)
      expect(steps).toBeGreaterThan(1)
      const left = await times(oldest)
      expect(left.length).toBeGreaterThan(3)
      expect(left.length).toBeLessThan(20)
      expect(left.at(-1)).toBe(49_000)
      expect(await pruned(0, 5000)).toBe(0)

      await pruned(now + 1_000_000, 5000)
      expect(await times()).toEqual([])
      await added('org_a', 1)
      expect(await pruned(0, 5000)).toBe(0)
      expect(await times()).toEqual([0])
    })

    /** How many steps it took. */
    async function pruned(before: number, mostBytes: number): Promise<number> {
      let steps = 0
      while (await store.calls.prune(before, mostBytes)) steps += 1
      return steps
    }
  })
}
