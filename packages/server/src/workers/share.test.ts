import { expect, test } from 'vitest'
import { shareOf } from './share.ts'

test('the shares of all workers are what the node lets through, and none is nothing', () => {
  const callLimits = {
    ofOrganization: 5000,
    ofKey: 10,
    keyRequestsPerSecond: undefined,
    invalidKeysPerMinute: 1,
  }
  expect(shareOf({ callLimits, workers: 4 })).toEqual({
    ...{ ofOrganization: 1250, ofKey: 3, keyRequestsPerSecond: undefined, invalidKeysPerMinute: 1 },
  })
})
