import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { failureOf } from './report.ts'
import { runSchedules } from './schedules.ts'

const seed = Number(process.env.SCHEDULE_SEED ?? randomInt(2 ** 31))

test('in a thousand schedules of nodes that die, stand still and lose answers no token is lost without a cause', {
  timeout: 300_000,
}, async () => {
  console.error(`Repeat this run with SCHEDULE_SEED=${seed}.`)
  const { schedules, renewals, failed } = await runSchedules(seed, 1000)
  expect(failed.map(failureOf)).toEqual([])
  expect([schedules, renewals > 1000]).toEqual([1000, true])
})
