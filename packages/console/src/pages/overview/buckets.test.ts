import { expect, test } from 'vitest'
import { bucketCount, buckets, type Call, latencies, outcomes, windowMilliseconds } from './buckets.ts'

function call(second: number, status: number | undefined, total = 10, code?: string): Call {
  const ended = { at: new Date(second * 1000).toISOString(), milliseconds: { total } }
  return { ...ended, ...(status !== undefined && { status }), ...(code !== undefined && { code }) }
}

test('a call failed where there was no reply of the API’s or one of 5xx; 4xx are told apart', () => {
  const calls = [call(0, 200), call(0, 304), call(0, 404), call(0, 503), call(0, undefined)]
  expect(outcomes([...calls, call(0, 429, 10, 'limit_reached')])).toEqual({ good: 2, refused: 1, failed: 3 })
})

test('each call of the hour is in one bar, those at its very ends too', () => {
  const bars = buckets([call(0, 200), call(151, 200), call(3600, 500)], 0, windowMilliseconds)
  expect(bars).toHaveLength(bucketCount)
  expect(
    bars.flatMap(({ good, failed }, index) => (good + failed > 0 ? [[index, good, failed]] : [])),
  ).toEqual([
    [0, 1, 0],
    [1, 1, 0],
    [23, 0, 1],
  ])
})

test('half of the calls took at most the median, nineteen of twenty at most the longer time; without calls there are none', () => {
  const calls = Array.from({ length: 20 }, (_, index) => call(0, 200, 20 - index))
  expect(latencies(calls)).toEqual({ median: 10, slowest: 19 })
  expect(latencies([])).toEqual({ median: undefined, slowest: undefined })
})
