import { describe, expect, test } from 'vitest'
import { mergePatch } from './merge-patch.ts'

describe('mergePatch', () => {
  // RFC 7396, Appendix A.
  test.each<[target: unknown, patch: unknown, result: unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result)
  })

  test('changes neither of the two', () => {
    const target = { a: { b: 1 } }
    const patch = { a: { c: 2, b: null } }
    mergePatch(target, patch)
    expect([target, patch]).toEqual([{ a: { b: 1 } }, { a: { c: 2, b: null } }])
  })

  test('a member called __proto__ is a member, and changes nothing else', () => {
    const patch: unknown = JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}')
    const merged = mergePatch({ a: {} }, patch) as Record<string, object>
    expect(Object.keys(merged).sort()).toEqual(['__proto__', 'a'])
    expect('polluted' in {}).toBe(false)
    expect('polluted' in (merged.a ?? {})).toBe(false)
  })
})
