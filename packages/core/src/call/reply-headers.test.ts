import { describe, expect, test } from 'vitest'
import { passedBackHeaders, rawHeader } from './reply-headers.ts'

function raw(...texts: string[]): Buffer[] {
  return texts.map((text) => Buffer.from(text, 'latin1'))
}

describe('passedBackHeaders', () => {
  test('what the API says passes in its order, spelling and repetition, byte for byte', () => {
    const headers = [
      'Content-Type',
      'text/html',
      'X-a',
      '2',
      'x-A',
      '1',
      'Link',
      '<\u00e9>',
      'WWW-Authenticate',
      'x',
    ]
    expect(passedBackHeaders(raw(...headers), false)).toEqual(headers)
  })

  test.each([
    'Connection',
    'Keep-Alive',
    'Proxy-Authenticate',
    'Proxy-Authentication-Info',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Set-Cookie',
    'set-cookie',
    'Strict-Transport-Security',
    'Clear-Site-Data',
    'Alt-Svc',
    'Access-Control-Allow-Origin',
    'access-control-allow-credentials',
    'Access-Control-Anything',
    'Sallyport-Error',
    'sallyport-request-id',
    'X-Content-Type-Options',
    'Content-Security-Policy',
  ])('%s of the API does not pass', (name) => {
    expect(passedBackHeaders(raw('A', '1', name, 'x', 'B', '2'), false)).toEqual(['A', '1', 'B', '2'])
  })

  test('cookies pass, each, where the caller keeps them', () => {
    const cookies = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']
    expect(passedBackHeaders(raw(...cookies), true)).toEqual(cookies)
  })

  test('what the API lists in Connection is for its neighbour alone', () => {
    expect(passedBackHeaders(raw('Connection', 'close, X-Hop', 'X-Hop', '1', 'X-End', '2'), true)).toEqual([
      'X-End',
      '2',
    ])
    expect(
      passedBackHeaders(raw('Connection', 'x-a', 'X-A', '1', 'Connection', 'X-B', 'X-B', '2'), true),
    ).toEqual([])
  })

  test('a plain Connection takes nothing with it', () => {
    expect(passedBackHeaders(raw('Connection', 'keep-alive', 'A', '1'), true)).toEqual(['A', '1'])
  })
})

describe('rawHeader', () => {
  test('joins what stands several times', () => {
    const headers = raw('WWW-Authenticate', 'Basic', 'x', 'y', 'www-authenticate', 'Bearer')
    expect(rawHeader(headers, 'www-authenticate')).toBe('Basic, Bearer')
    expect(rawHeader(headers, 'y')).toBeUndefined()
  })
})
