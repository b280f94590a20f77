import type { Principal } from '@sallyport/core'
import { expect, test } from 'vitest'
import { CallCounts } from './call-counts.ts'

function principal(organizationId: string, keyId?: string): Principal {
  return { organizationId, keyId, scopes: new Set(), accounts: undefined }
}

test('an organization has so many calls at once, and others are not asked to wait for it', () => {
  const counts = new CallCounts({ ofOrganization: 2, ofKey: undefined })
  counts.enter(principal('org_1', 'key_1'))
  counts.enter(principal('org_1'))
  expect(() => counts.enter(principal('org_1', 'key_2'))).toThrow(/No more than 2 calls of this organization/)
  counts.enter(principal('org_2'))
  counts.leave(principal('org_1'))
  counts.enter(principal('org_1', 'key_2'))
})

test('a key has so many of them, and one that was refused counts nowhere', () => {
  const counts = new CallCounts({ ofOrganization: 3, ofKey: 1 })
  counts.enter(principal('org_1', 'key_1'))
  for (let times = 0; times < 5; times += 1) {
    expect(() => counts.enter(principal('org_1', 'key_1'))).toThrow(/SALLYPORT_KEY_CONCURRENCY/)
  }
  counts.enter(principal('org_1', 'key_2'))
  counts.enter(principal('org_1', 'key_3'))
})

test('nothing is remembered of whoever has no call under way', () => {
  const counts = new CallCounts({ ofOrganization: 3, ofKey: 1 })
  for (let number = 0; number < 10_000; number += 1) {
    counts.enter(principal(`org_${number}`, `key_${number}`))
    counts.leave(principal(`org_${number}`, `key_${number}`))
  }
  expect(counts.size).toBe(0)
})
