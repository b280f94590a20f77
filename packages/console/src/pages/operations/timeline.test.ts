import type { StepTrace } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { timelineOf } from './timeline.ts'

const step = (name: string, second: number, more: Partial<StepTrace> = {}): StepTrace => ({
  ...{ step: name, kind: 'http', outcome: 'done', milliseconds: 100, ...more },
  startedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
})

const request = (milliseconds: { connect?: number; firstByte?: number; token?: number; total: number }) => ({
  ...{ method: 'GET', host: 'api.example', path: '/a', attempts: 1, bytes: { up: 0, down: 2 } },
  ...{ status: 200, milliseconds },
})

test('steps stand in the order in which they began, those within another below it, and each request below its step', () => {
  const { rows, total } = timelineOf([
    step('outer/inner', 1, { requests: [request({ total: 40 }), request({ total: 50 })] }),
    step('outer', 0, { kind: 'run', milliseconds: 1200 }),
    step('last', 2, { outcome: 'skipped', milliseconds: 0 }),
  ])
  expect(rows.map(({ label, depth, from }) => [label, depth, from])).toEqual([
    ['outer', 0, 0],
    ['outer/inner', 1, 1000],
    ['GET api.example/a', 2, 1000],
    ['GET api.example/a', 2, 1040],
    ['last', 0, 2000],
  ])
  expect(total).toBe(2000)
})

test.each([
  [
    { token: 5, connect: 10, firstByte: 20, total: 50 },
    { token: 5, connect: 10, waiting: 20, receiving: 15 },
  ],
  [
    { connect: 10, total: 50 },
    { connect: 10, waiting: 40 },
  ],
  [{ total: 0 }, {}],
])('a request of %j is divided without gaps', (milliseconds, parts) => {
  const row = timelineOf([step('a', 0, { requests: [request(milliseconds)] })]).rows[1]
  expect(Object.fromEntries(row?.parts.map((part) => [part.phase, part.milliseconds]) ?? [])).toEqual(parts)
})

test('a run without steps has no rows, and a length that can be divided by', () => {
  expect(timelineOf([])).toEqual({ rows: [], total: 1 })
})
