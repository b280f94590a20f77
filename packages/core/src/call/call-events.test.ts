import { expect, test } from 'vitest'
import type { CallBatch, CallEventRecord, Store } from '../ports.ts'
import { type CallEventLimits, CallEvents } from './call-events.ts'
import { CallRecord } from './record.ts'

const small: CallEventLimits = { mostWaiting: 10, mostAtOnce: 4 }

/** A database that takes what it is given while it is up, and tells when it does. */
function database() {
  const batches: CallBatch[] = []
  const state = { isUp: true, failures: 0 }
  const calls: Pick<Store['calls'], 'add'> = {
    async add(added) {
      if (!state.isUp) {
        state.failures += 1
        throw new Error('gone')
      }
      batches.push(...added)
    },
  }
  return { batches, state, store: { calls: calls as Store['calls'] } }
}

function recording(limits = small) {
  const { batches, state, store } = database()
  const clock = { time: 1_790_000_000_000, now: () => clock.time }
  const logged: string[] = []
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_: object, text: string) => void logged.push(text),
  }
  const random = { bytes: (count: number) => Buffer.alloc(count, 7) }
  const events = new CallEvents({ store, clock, random, log }, limits)
  let count = 0
  const call = (organizationId: string | undefined = 'org_a') => {
    count += 1
    const record = new CallRecord(`req_${count}`, 'GET')
    record.path = 'users/42'
    record.principal = { organizationId, keyId: 'key_1', scopes: new Set(), accounts: undefined }
    record.endedAt = record.startedAt + 1.26
    record.status = 200
    events.add(record)
  }
  const written = (): CallEventRecord[] => batches.flatMap(({ calls }) => calls)
  const requests = () => written().map(({ requestId }) => Number(requestId.slice(4)))
  return { events, call, written, requests, batches, state, clock, logged }
}

const times = (count: number, what: () => void) => {
  for (let index = 0; index < count; index += 1) what()
}

test('what ended is written with the next flush, in order, with ids that sort and times that are rounded', async () => {
  const { events, call, written, requests, clock } = recording()
  call()
  call()
  clock.time += 5
  call()
  expect(written()).toEqual([])
  await events.flush()
  expect(requests()).toEqual([1, 2, 3])
  const ids = written().map(({ id }) => id)
  expect([...new Set(ids)].sort()).toEqual(ids)
  expect(ids[0]).toMatch(/^evt_[0-9a-z]{25}$/)
  expect(written()[0]).toMatchObject({ path: '/users/{id}', total: 1.3, keyId: 'key_1', attempts: 0 })
  expect(events.counts).toEqual({ written: 3, dropped: 0, waiting: 0 })
})

test('what comes together in a second is written before the second is over, in parts', async () => {
  const { events, call, requests, batches } = recording()
  times(9, call)
  await events.flush()
  expect(requests()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(batches.map(({ calls }) => calls.length)).toEqual([4, 4, 1])
})

test('a batch is of one organization, and of no more than two seconds', async () => {
  const { events, call, batches, clock } = recording()
  call('org_a')
  call('org_b')
  clock.time += 1999
  call('org_a')
  clock.time += 1
  call('org_a')
  await events.flush()
  const shown = batches.map(({ organizationId, calls }) => [
    organizationId,
    calls.map(({ requestId }) => requestId),
  ])
  expect(shown).toEqual([
    ['org_a', ['req_1', 'req_3']],
    ['org_b', ['req_2']],
    ['org_a', ['req_4']],
  ])
})

test('a clock that is set back makes no id that sorts before one that was given', async () => {
  const { events, call, written, clock } = recording()
  call()
  clock.time -= 60_000
  call()
  await events.flush()
  const [first, second] = written()
  expect((second?.id ?? '') > (first?.id ?? '')).toBe(true)
  expect(second?.at).toBe(clock.time)
})

test('a call of nobody known makes no event', async () => {
  const { events, batches } = recording()
  events.add(new CallRecord('req_1', 'GET'))
  await events.flush()
  expect(batches).toEqual([])
})

test('while the database is gone, what ended waits, is written under the ids that it had, and is told of once', async () => {
  const { events, call, written, requests, state, logged } = recording()
  state.isUp = false
  times(3, call)
  await events.flush()
  call()
  await events.flush()
  expect([events.counts.waiting, state.failures, logged.length]).toEqual([4, 2, 1])
  state.isUp = true
  await events.flush()
  expect(requests()).toEqual([1, 2, 3, 4])
  const ids = written().map(({ id }) => id)
  expect([...new Set(ids)].sort()).toEqual(ids)
})

test('of what waits for long the oldest is given up and counted, and the path does not wait', async () => {
  const { events, call, requests, state } = recording()
  state.isUp = false
  times(8, call)
  await events.flush()
  times(30, call)
  expect(events.counts.waiting).toBeLessThanOrEqual(14)
  await events.flush()
  expect(events.counts.waiting).toBeLessThanOrEqual(10)
  state.isUp = true
  await events.flush()
  const { written, dropped, waiting } = events.counts
  expect([written + dropped, waiting]).toEqual([38, 0])
  expect(dropped).toBeGreaterThanOrEqual(28)
  expect(requests().at(-1)).toBe(38)
  expect(requests()).toEqual([...requests()].sort((one, other) => one - other))
})

test('a database that answers slowly is not asked twice at once', async () => {
  const { events, call, requests } = recording()
  call()
  const first = events.flush()
  call()
  await Promise.all([first, events.flush(), events.flush()])
  await events.flush()
  expect(requests()).toEqual([1, 2])
})
