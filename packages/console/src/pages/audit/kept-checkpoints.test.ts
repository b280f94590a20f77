import { expect, test } from 'vitest'
import { checkpointsIn } from './kept-checkpoints.ts'

const checkpoint = {
  ...{ organization: 'org_a', sequence: 7, hash: 'aGFzaA==', at: '2026-07-01T09:10:00.000Z' },
  ...{ publicKey: 'a2V5', signature: 'c2ln' },
}
const json = JSON.stringify(checkpoint)

test.each([
  ['one', json],
  ['one in many lines', JSON.stringify(checkpoint, undefined, 2)],
  ['a list', `[${json}]`],
  ['lines among entries', `{"sequence":6,"action":"x"}\n${json}\n`],
  [
    'lines of a log, with more',
    `not JSON\n${JSON.stringify({ ...checkpoint, level: 30, msg: 'audit checkpoint' })}`,
  ],
  ['what a webhook was sent', JSON.stringify({ id: 'evt_1', type: 'audit.checkpoint', data: checkpoint })],
])('checkpoints are found in a file that has %s', (_, text) => {
  expect(checkpointsIn(text)).toEqual([checkpoint])
})

test('a file without any has none', () => {
  for (const text of ['', 'x', '{}', 'null', '[1,null]', '{"signature":"x"}'])
    expect(checkpointsIn(text)).toEqual([])
})
