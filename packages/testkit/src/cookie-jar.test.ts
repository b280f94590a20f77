import { expect, test } from 'vitest'
import { cookieJar } from './cookie-jar.ts'

test('cookies go back to their host on every port, and to no other host', () => {
  const jar = cookieJar()
  jar.set('http://127.0.0.1:1/', 'a=1=2; HttpOnly')
  expect(jar.header('http://127.0.0.1:2/x')).toBe('a=1=2')
  expect(jar.header('http://localhost:1/')).toBeUndefined()
})

test.each([
  ['/auth', '/auth', true],
  ['/auth', '/auth/1', true],
  ['/auth', '/authority', false],
  ['/auth/', '/auth', false],
])('a cookie of path %s and a request to %s', (path, pathname, sent) => {
  const jar = cookieJar()
  jar.set('http://host.test/elsewhere', `a=1; path=${path}`)
  expect(jar.header(`http://host.test${pathname}`) !== undefined).toBe(sent)
})

test('a secure cookie is kept from plain http', () => {
  const jar = cookieJar()
  jar.set('https://host.test/', 'a=1; Secure')
  expect(jar.header('http://host.test/')).toBeUndefined()
  expect(jar.header('https://host.test/')).toBe('a=1')
})

test.each(['a=; Max-Age=0', 'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])(
  '%s removes the cookie',
  (removal) => {
    const jar = cookieJar()
    jar.set('http://host.test/', 'a=1')
    jar.set('http://host.test/', removal)
    expect(jar.header('http://host.test/')).toBeUndefined()
  },
)
