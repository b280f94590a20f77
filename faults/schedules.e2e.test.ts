import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { runSchedules } from './schedules.ts'

const seed = Number(process.env.SCHEDULE_SEED ?? randomInt(2 ** 31))

test('in a thousand schedules of nodes that die, stand still and lose answers no token is lost without a cause', async () => {
  console.error(`Repeat this run with SCHEDULE_SEED=${seed}.`)
  const { schedules, renewals, failed } = await runSchedules(seed, 1000)
  const told = failed.map(({ seed, nodes, kind, violations, history }) =>
    [`seed ${seed}, ${nodes} nodes, ${kind}: ${violations.join('; ')}`, ...history].join('\n'),
  )
  expect(told).toEqual([])
  expect([schedules, renewals > 1000]).toEqual([1000, true])
})
