import { describe, expect, test } from 'vitest'
import { EgressError } from '../../egress/failure.ts'
import { backOff, isRepeatable, mayPass } from './retries.ts'

function failure(code: string, sent: 'no' | 'unknown') {
  return new EgressError('upstream_unreachable', sent, { cause: Object.assign(new Error(code), { code }) })
}

const post = { method: 'POST', headers: [] }
const get = { method: 'GET', headers: [] }

describe('what may be sent again', () => {
  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('%s promises that it does no more', (method) => {
    expect(isRepeatable({ method, headers: [] })).toBe(true)
  })

  test.each(['POST', 'PATCH', 'CONNECT', 'get'])('%s does not', (method) => {
    expect(isRepeatable({ method, headers: [] })).toBe(false)
  })

  test('a key of idempotency promises it of any method', () => {
    expect(isRepeatable({ method: 'POST', headers: ['idempotency-KEY', 'one'] })).toBe(true)
  })

  test('what got no connection was not sent, and may be whatever it is', () => {
    expect(mayPass(failure('ECONNREFUSED', 'no'), post)).toBe(true)
    expect(mayPass(failure('ECONNRESET', 'unknown'), post)).toBe(false)
    expect(mayPass(failure('ECONNRESET', 'unknown'), get)).toBe(true)
  })

  test.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'UND_ERR_HEADERS_TIMEOUT', 'HPE_INVALID_CONSTANT'])(
    '%s does not pass by itself',
    (code) => {
      expect(mayPass(failure(code, 'no'), get)).toBe(false)
    },
  )

  test('nor does what is no failure of the network', () => {
    expect(mayPass(new EgressError('address_blocked', 'no'), get)).toBe(false)
    expect(mayPass(new Error('other'), get)).toBe(false)
  })
})

test('each back-off is anything up to a bound that doubles, and is bounded itself', () => {
  const least = { bytes: (count: number) => Buffer.alloc(count) }
  const most = { bytes: (count: number) => Buffer.alloc(count, 255) }
  expect([0, 1, 2, 9].map((times) => backOff(times, least))).toEqual([0, 0, 0, 0])
  expect([0, 1, 2, 9].map((times) => backOff(times, most))).toEqual([249, 499, 999, 7999])
})
