import { describe, expect, test } from 'vitest'
import { announcedTrailers, passedBackTrailers } from './trailers.ts'

const raw = (...texts: string[]) => texts.map((text) => Buffer.from(text, 'latin1'))

describe('passedBackTrailers', () => {
  test('pass in their order, spelling and repetition, byte for byte', () => {
    expect(passedBackTrailers(raw('X-b', '2', 'x-A', '\u00e9', 'X-b', '1'))).toEqual([
      ['X-b', '2'],
      ['x-A', '\u00e9'],
      ['X-b', '1'],
    ])
  })

  test.each([
    'Content-Length',
    'Transfer-Encoding',
    'Trailer',
    'Host',
    'Content-Encoding',
    'content-type',
    'Content-Range',
    'Set-Cookie',
    'Location',
    'WWW-Authenticate',
    'Cache-Control',
    'Sallyport-Error',
    'Access-Control-Allow-Origin',
    'Connection',
  ])('%s comes too late to be believed', (name) => {
    expect(passedBackTrailers(raw('A', '1', name, 'x'))).toEqual([['A', '1']])
  })
})

describe('announcedTrailers', () => {
  const chunked = ['Transfer-Encoding', 'chunked']

  test.each([
    [[...chunked, 'Trailer', 'X-A, x-b'], 'X-A, x-b'],
    [[...chunked, 'Trailer', 'X-A', 'trailer', 'X-B'], 'X-A, X-B'],
    [[...chunked, 'Trailer', 'Content-Length, X-A'], 'X-A'],
    [[...chunked, 'Trailer', 'Content-Length'], undefined],
    [chunked, undefined],
    [['Content-Length', '3', 'Trailer', 'X-A'], undefined],
    [['Trailer', 'X-A'], undefined],
  ])('of %j: %s', (headers, expected) => {
    expect(announcedTrailers(raw(...headers))).toBe(expected)
  })
})
