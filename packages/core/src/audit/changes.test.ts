import { describe, expect, test } from 'vitest'
import { changesBetween } from './changes.ts'

describe('changes in the audit', () => {
  test('are the members that differ, by JSON Pointer, and lists as a whole', () => {
    const before = { name: 'a', tags: { x: '1', y: '2' }, hosts: ['a'], same: { deep: [1] } }
    const after = { name: 'b', tags: { y: '3', 'a/b~': '4' }, hosts: ['a', 'b'], same: { deep: [1] } }
    expect(changesBetween(before, after)).toEqual([
      { field: '/name', before: 'a', after: 'b' },
      { field: '/tags/x', before: '1' },
      { field: '/tags/y', before: '2', after: '3' },
      { field: '/hosts', before: ['a'], after: ['a', 'b'] },
      { field: '/tags/a~1b~0', after: '4' },
    ])
  })

  test('name a secret and never show it, also where it stands in a field', () => {
    const changes = changesBetween(
      {},
      { auth: { clientSecret: 'canary' } },
      { secrets: ['/auth/clientSecret'] },
    )
    expect(changes).toEqual([{ field: '/auth/clientSecret', secret: true }])
  })

  test('are cut where they are long, and where they are many', () => {
    const [change] = changesBetween({}, { text: 'x'.repeat(10_000) })
    expect(String(change?.after).length).toBeLessThan(400)
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index]))
    expect(changesBetween({}, many)).toHaveLength(100)
  })

  test('leave out what is not anybody’s doing', () => {
    expect(changesBetween({ updatedAt: 1 }, { updatedAt: 2 }, { except: ['updatedAt'] })).toEqual([])
  })
})
