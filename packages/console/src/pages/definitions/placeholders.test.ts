import { expect, test } from 'vitest'
import { begunAt, completed, matching, parameterNames, unknownNames } from './placeholders.ts'

test.each([
  ['https://{', 9, { start: 8, text: '' }],
  ['https://{ser', 12, { start: 8, text: 'ser' }],
  ['{token.acc', 10, { start: 0, text: 'token.acc' }],
  ['{done}', 6, undefined],
  ['{{lit', 5, undefined],
  ['no brace', 8, undefined],
  ['{"a": 1', 7, undefined],
])('in %j the placeholder at %i is %j', (text, caret, begun) => {
  expect(begunAt(text, caret)).toEqual(begun)
})

test('a name is written out with both braces, once, and the caret stands behind it', () => {
  expect(completed('a{se/b', { start: 1, text: 'se' }, 'server')).toEqual({ text: 'a{server}/b', caret: 9 })
  expect(completed('a{se}/b', { start: 1, text: 'se' }, 'server')).toEqual({ text: 'a{server}/b', caret: 9 })
})

test('names that begin so come before those that only contain it, without regard to case', () => {
  expect(matching(['apiServer', 'token', 'serverName'], 'SER')).toEqual(['serverName', 'apiServer'])
  expect(matching(['b', 'a'], '')).toEqual(['b', 'a'])
})

test('a bare name that nothing stands for is unknown; literal braces and what Sallyport fills are not', () => {
  const text = '{region} {{literal}} {token} {kept.url} {host} { x } {signature} {region}'
  expect(unknownNames(text, ['host'], ['signature'])).toEqual(['region'])
})

test('parameters are those of the draft, however malformed it is', () => {
  expect(parameterNames({ parameters: [{ name: 'a' }, { name: '' }, 'x', null, { name: 7 }] })).toEqual(['a'])
  expect(parameterNames({ parameters: 'x' })).toEqual([])
})
