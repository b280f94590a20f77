import { describe, expect, test } from 'vitest'
import { headerKey } from '../header-key.ts'
import { headerValue, passedOnHeaders } from './request-headers.ts'

function replaced(...names: string[]): ReadonlySet<string> {
  return new Set(names.map(headerKey))
}

describe('passedOnHeaders', () => {
  test('what an API may read passes in its order, spelling and repetition', () => {
    const headers = [
      'Accept',
      '*/*',
      'x-Custom',
      'b',
      'X-Custom',
      'a',
      'Cookie',
      'sid=1',
      'Content-Type',
      'a/b',
    ]
    expect(passedOnHeaders([...headers, 'Content-Length', '5', 'Range', 'bytes=0-'], replaced())).toEqual([
      ...headers,
      'Content-Length',
      '5',
      'Range',
      'bytes=0-',
    ])
  })

  test.each([
    'Host',
    'Authorization',
    'authorization',
    'AUTHORIZATION',
    'Proxy-Authorization',
    'Proxy-Connection',
    'Proxy_Anything',
    'Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Transfer_Encoding',
    'Upgrade',
    'Expect',
    'Forwarded',
    'X-Forwarded-For',
    'x_forwarded_host',
    'X-Forwarded-Proto',
    'X-Forwarded-Anything',
    'Sallyport-Target',
    'Sallyport_Retry',
    'HTTP2-Settings',
    'Content_Length',
    'content_length',
  ])('%s never passes', (name) => {
    expect(passedOnHeaders(['A', '1', name, 'x', 'B', '2'], replaced())).toEqual(['A', '1', 'B', '2'])
  })

  test.each(['X-Api-Key', 'x-api-key', 'X_Api_Key', 'X-Api_Key', 'X_API_KEY'])(
    'where the credential is X-Api-Key, the caller’s %s does not pass',
    (name) => {
      expect(passedOnHeaders([name, 'evil', 'X-Api-Keys', 'ok'], replaced('X-Api-Key'))).toEqual([
        'X-Api-Keys',
        'ok',
      ])
    },
  )

  test('cookies pass unless the credential is one', () => {
    expect(passedOnHeaders(['Cookie', 'a=1'], replaced('Cookie'))).toEqual([])
  })

  test.each<[connection: string[], passed: string[]]>([
    [['keep-alive'], ['X-One', 'X-Two']],
    [['close'], ['X-One', 'X-Two']],
    [['X-One'], ['X-Two']],
    [['close, x-one'], ['X-Two']],
    [['x_one ,X-TWO'], []],
    [['keep-alive', 'X-One'], ['X-Two']],
    [['X-One', 'X-Two'], []],
    [[''], ['X-One', 'X-Two']],
    [[',,'], ['X-One', 'X-Two']],
  ])('with Connection %j there pass %j', (connection, passed) => {
    const headers = [...connection.flatMap((value) => ['Connection', value]), 'X-One', '1', 'X-Two', '2']
    const names = passedOnHeaders(headers, replaced()).filter((_, index) => index % 2 === 0)
    expect(names).toEqual(passed)
  })

  test('a caller cannot unframe its own body by listing how it is framed', () => {
    const headers = [
      'Connection',
      'content-length, content-type',
      'Content-Length',
      '5',
      'Content-Type',
      'a/b',
    ]
    expect(passedOnHeaders(headers, replaced())).toEqual(['Content-Length', '5', 'Content-Type', 'a/b'])
  })

  test('listing authorization in Connection neither passes nor removes anything of ours', () => {
    expect(passedOnHeaders(['Connection', 'authorization', 'A', '1'], replaced('Authorization'))).toEqual([
      'A',
      '1',
    ])
  })
})

describe('headerValue', () => {
  test('finds a header without regard to case, and nothing by part of its name', () => {
    const raw = ['Content-Type', 'a/b', 'X', 'y']
    expect(headerValue(raw, 'content-type')).toBe('a/b')
    expect(headerValue(raw, 'content')).toBeUndefined()
    expect(headerValue(['X', 'content-type'], 'content-type')).toBeUndefined()
  })
})

test.each([
  ['sallyport=org_a.secret', undefined],
  ['__Host-sallyport=org_a.secret; __Host-sallyport-browser=x', undefined],
  ['a=1; sallyport=org_a.secret; b=2', 'a=1; b=2'],
  ['sallyport=x;a=1', 'a=1'],
  ['a=sallyport; sallyports=1; mysallyport=2', 'a=sallyport; sallyports=1; mysallyport=2'],
  ['sallyport', undefined],
])('of the cookies %j the API gets %j: never our own', (given, passed) => {
  const headers = passedOnHeaders(['Accept', '*/*', 'cookie', given], replaced())
  expect(headers).toEqual(['Accept', '*/*', ...(passed === undefined ? [] : ['cookie', passed])])
})
