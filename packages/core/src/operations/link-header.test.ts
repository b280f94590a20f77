import { expect, test } from 'vitest'
import { linkOf } from './link-header.ts'

test.each([
  ['<https://a.test/?page=2>; rel="next", <https://a.test/?page=9>; rel="last"', 'https://a.test/?page=2'],
  ['</items?after=a,b;c>;rel=next', '/items?after=a,b;c'],
  [
    '<https://a.test/1>; rel="prev"; title="rel=next, <x>; y", <https://a.test/3>; title="n"; rel="NEXT"',
    'https://a.test/3',
  ],
  ['<https://a.test/2>; rel="last next"', 'https://a.test/2'],
  ['<https://a.test/2>; rel="prev"; rel="next"', undefined],
  ['<https://a.test/2>; rel="nextpage"', undefined],
  ['not a link', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s: the next one is %s', (header, target) => {
  expect(linkOf(header, 'next')).toBe(target)
})
