import { environmentManager, focusManager, QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Failure } from './failure.ts'
import { type Every, live } from './live.ts'

let asked: boolean[]
let answer: () => Promise<number>
let end: () => void

beforeEach(() => {
  vi.useFakeTimers()
  // A test has no window; without one nothing is asked for by time.
  environmentManager.setIsServer(() => false)
  asked = []
  answer = async () => asked.length
})
afterEach(() => {
  end()
  focusManager.setFocused(undefined)
  environmentManager.setIsServer(() => true)
  vi.useRealTimers()
})

function follow(every: Every<number>) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const ask = (isBackground: boolean) => {
    asked.push(isBackground)
    return answer()
  }
  client.mount()
  const observer = new QueryObserver(client, { queryKey: ['x'], ...live(every, ask) })
  const leave = observer.subscribe(() => undefined)
  end = () => {
    leave()
    client.unmount()
    client.clear()
  }
  return observer
}

test('what goes on is asked for by somebody first, and then by the page itself, for as long as it is looked at', async () => {
  follow(5)
  await vi.advanceTimersByTimeAsync(11_000)
  expect(asked).toEqual([false, true, true])
  end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(3)
})

test('nothing is asked while the page is hidden', async () => {
  follow(5)
  await vi.advanceTimersByTimeAsync(1000)
  focusManager.setFocused(false)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual([false])
  focusManager.setFocused(true)
  await vi.advanceTimersByTimeAsync(5000)
  expect(asked.length).toBeGreaterThan(1)
})

test('it ends with what is followed, and with a failure that time does not mend', async () => {
  follow((count) => (count === 3 ? undefined : 5))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(3)
  end()

  const problem = {
    type: 'x',
    title: 'x',
    status: 403,
    code: 'scope_missing',
    detail: 'x',
    requestId: 'req_1',
  }
  asked = []
  answer = () => Promise.reject(new Failure(asked.length < 2 ? undefined : problem))
  follow(5)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(2)
})

test('nothing more is asked once a session has ended: no answer ever comes', async () => {
  follow(5)
  await vi.advanceTimersByTimeAsync(1000)
  answer = () => new Promise(() => undefined)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual([false, true])
})
