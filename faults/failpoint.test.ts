import { nextSteps } from '@sallyport/core'
import { expect, test } from 'vitest'
import { parseFailpoint, steps } from './failpoint.ts'

test('there is a failpoint at every step of the protocol', () => {
  expect([...steps].sort()).toEqual(Object.keys(nextSteps).sort())
})

test('a failpoint is read with its count, which is one unless said', () => {
  expect(parseFailpoint('sent:kill')).toEqual({ step: 'sent', action: 'kill', count: 1 })
  expect(parseFailpoint('commit:stop:2')).toEqual({ step: 'commit', action: 'stop', count: 2 })
})

test.each(['', 'sent', 'sent:die', 'nowhere:kill', 'sent:kill:0', 'sent:kill:x', 'sent:kill:1:1'])(
  '%j is no failpoint',
  (text) => {
    expect(() => parseFailpoint(text)).toThrow(TypeError)
  },
)
