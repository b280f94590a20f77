import { Writable } from 'node:stream'
import { CallRecord } from '@sallyport/core'
import pino from 'pino'
import { expect, test } from 'vitest'
import { CallLog } from './call-log.ts'

function logged(share: number, records: readonly CallRecord[]) {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const log = new CallLog(pino(sink), share)
  for (const record of records) log.ended(record)
  return lines.map((line) => JSON.parse(line))
}

function call(fields: Partial<CallRecord> = {}): CallRecord {
  const record = new CallRecord('req_1', 'GET')
  record.path = 'users/4711'
  record.status = 200
  record.endedAt = record.startedAt + 41.6
  return Object.assign(record, fields)
}

test.each([
  [0, 0],
  [0.01, 10],
  [0.25, 250],
  [1, 1000],
])('with a share of %d, %d of 1000 calls have a line', (share, count) => {
  const records = Array.from({ length: 1000 }, () => call())
  // Adding a hundredth a hundred times is a little less than one.
  expect(Math.abs(logged(share, records).length - count)).toBeLessThanOrEqual(1)
})

test('a line says what was called and how it went, and nothing else', () => {
  const [line] = logged(1, [call({ status: 0, brokenBy: 'caller' })])
  const { time, pid, hostname, ...said } = line
  expect(said).toEqual({
    level: 30,
    requestId: 'req_1',
    method: 'GET',
    path: '/users/{id}',
    brokenBy: 'caller',
    milliseconds: 42,
    bytesUp: 0,
    bytesDown: 0,
    msg: 'call',
  })
})

test('a reply that its API broke off has a line whatever the share', () => {
  const lines = logged(0, [call(), call({ brokenBy: 'upstream' }), call({ brokenBy: 'caller' })])
  expect(lines.map(({ level, brokenBy }) => [level, brokenBy])).toEqual([[40, 'upstream']])
})
