import { expect, test } from 'vitest'
import { valueAt, within, withValue } from './draft.ts'

test('a value is set where a pointer leads, what lies on the way is made, and nothing else changes', () => {
  const draft = { auth: { type: 'x' }, list: [{ a: 1 }, { a: 2 }] }
  expect(withValue(draft, '/auth/tokenRequest/method', 'GET')).toEqual({
    ...draft,
    auth: { type: 'x', tokenRequest: { method: 'GET' } },
  })
  expect(withValue(draft, '/list/1/a', 3).list).toEqual([{ a: 1 }, { a: 3 }])
  expect(draft.list[1]).toEqual({ a: 2 })
})

test('what is taken away goes with what it leaves empty, but not with what was there empty before', () => {
  const draft = { request: { headers: { A: '1' } }, renewal: { before: 1 }, list: [{ a: 1 }] }
  expect(withValue(draft, '/request/headers/A', undefined)).toEqual({
    renewal: { before: 1 },
    list: [{ a: 1 }],
  })
  const kept = withValue(draft, '/renewal/before', undefined, (pointer) => pointer === '/renewal')
  expect(kept.renewal).toEqual({})
  expect(withValue(draft, '/list/0/a', undefined).list).toEqual([{}])
})

test('names may hold whatever pointers are written with, and what objects are born with', () => {
  for (const name of ['a/b', 'a~b', '~1', '', '__proto__', 'constructor']) {
    const pointer = within('/headers', name)
    expect(valueAt({ headers: {} }, pointer)).toBeUndefined()
    const draft = withValue({}, pointer, 'x')
    expect(valueAt(draft, pointer)).toBe('x')
    expect(Object.keys(draft.headers as object)).toEqual([name])
    expect(withValue(draft, pointer, undefined)).toEqual({})
  }
})
