import { expect, test } from 'vitest'
import { returnAddress } from './return-path.ts'

const publicUrl = 'https://sallyport.example.com/below'

test('a path of ours is returned to, as a whole address', () => {
  expect(returnAddress('/account', publicUrl)).toBe('https://sallyport.example.com/account')
  expect(returnAddress('/a?b=c%20d&e#f', publicUrl)).toBe('https://sallyport.example.com/a?b=c%20d&e#f')
  expect(returnAddress('/', publicUrl)).toBe('https://sallyport.example.com/')
})

test.each([
  ...['https://evil.example', '//evil.example', '/\\evil.example', '\\\\evil.example', '/..//evil.example'],
  ...[
    '/./\\evil.example',
    '/\t/evil.example',
    '/%09/../../..//evil.example',
    'account',
    '',
    '?x',
    '@evil.example',
  ],
  ...['javascript:alert(1)', '/a b', '/\r\nLocation: x', '/é', `/${'a'.repeat(2000)}`, ['/a'], undefined, 7],
])('%j is nowhere to return to', (path) => {
  expect(returnAddress(path, publicUrl)).toBeUndefined()
})
