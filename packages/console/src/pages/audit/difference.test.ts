import { expect, test } from 'vitest'
import { differenceOf } from './difference.ts'

test('of a list what went and what came is shown, and how many stayed', () => {
  const change = { field: '/scopes', before: ['a', 'b', 'c'], after: ['b', 'd', 'c'] }
  expect(differenceOf(change)).toEqual({
    ...{ field: '/scopes', isSecret: false, gone: ['a'], came: ['d'], stayed: 2 },
  })
})

test('where only the order of a list changed, both orders are shown', () => {
  const { gone, came, stayed } = differenceOf({ field: '/x', before: ['a', 'b'], after: ['b', 'a'] })
  expect([gone.length, came.length, stayed]).toEqual([1, 1, 0])
  expect(gone).not.toEqual(came)
})

test('all else is shown whole, what was not there not at all, and of a secret nothing', () => {
  expect(differenceOf({ field: '/name', before: 'ERP', after: '' })).toMatchObject({
    gone: ['ERP'],
    came: ['(empty)'],
  })
  expect(differenceOf({ field: '/limit', after: 5 })).toMatchObject({ gone: [], came: ['5'] })
  expect(differenceOf({ field: '/off', before: false, after: true })).toMatchObject({
    gone: ['false'],
    came: ['true'],
  })
  expect(differenceOf({ field: '/auth/clientSecret', secret: true })).toMatchObject({
    ...{ isSecret: true, gone: [], came: [] },
  })
})
