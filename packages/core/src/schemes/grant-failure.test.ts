import { describe, expect, test } from 'vitest'
import { refusedBy, unreadable } from './grant-failure.ts'

describe('refusedBy', () => {
  test.each<[status: number, error: string, code: string]>([
    [400, 'invalid_grant', 'account_needs_reconnect'],
    [401, 'invalid_grant', 'account_needs_reconnect'],
    [403, 'invalid_grant', 'account_needs_reconnect'],
    [200, 'invalid_grant', 'account_needs_reconnect'],
    [503, 'invalid_grant', 'renewal_unavailable'],
    [429, 'invalid_grant', 'renewal_unavailable'],
    [400, 'interaction_required', 'account_needs_reconnect'],
    [400, 'consent_required', 'account_needs_reconnect'],
    [400, 'login_required', 'account_needs_reconnect'],
    [400, 'temporarily_unavailable', 'renewal_unavailable'],
    [400, 'slow_down', 'renewal_unavailable'],
    [400, 'server_error', 'renewal_unavailable'],
    [500, 'anything', 'renewal_unavailable'],
    [502, 'invalid_client', 'renewal_unavailable'],
    [429, 'anything', 'renewal_unavailable'],
    [400, 'invalid_client', 'token_refused'],
    [401, 'invalid_client', 'token_refused'],
    [400, 'unauthorized_client', 'token_refused'],
    [400, 'invalid_scope', 'token_refused'],
    [400, 'unsupported_grant_type', 'token_refused'],
    [400, 'invalid_request', 'token_refused'],
    [400, 'invalid_target', 'token_refused'],
    [400, 'INVALID_GRANT', 'token_refused'],
    [400, 'toString', 'token_refused'],
  ])('%i with %s is %s', (status, error, code) => {
    expect(refusedBy(status, error, undefined, undefined)).toMatchObject({ code, reason: error })
  })

  test('repeats the provider’s words, without markup or what could leave a line', () => {
    const failure = refusedBy(400, 'invalid_grant', 'Token <b>"expired"</b>\r\nnow \u202e', undefined)
    expect(failure.message).toMatch(/^The provider refused: invalid_grant \(Token +b +expired +\/b +now\)\./)
  })

  test('an error of any length or alphabet becomes a short reason', () => {
    const failure = refusedBy(400, `<script>${'x'.repeat(1000)}`, 'y'.repeat(1000), undefined)
    expect(failure.reason.length).toBeLessThanOrEqual(64)
    expect(failure.message.length).toBeLessThan(400)
    expect(failure.message).not.toMatch(/[<>]/)
  })

  test('hands on when to try again, where trying again helps', () => {
    expect(refusedBy(503, 'x', undefined, 30).retryAfterSeconds).toBe(30)
    expect(refusedBy(503, 'x', undefined, undefined).retryAfterSeconds).toBeUndefined()
    expect(refusedBy(400, 'invalid_grant', undefined, 30).retryAfterSeconds).toBeUndefined()
  })
})

describe('unreadable', () => {
  const page = Buffer.from('<html><body>canary: please log in</body></html>')

  test.each<[status: number, code: string, reason: string]>([
    [200, 'malformed_token_response', 'malformed_token_response'],
    [204, 'malformed_token_response', 'malformed_token_response'],
    [401, 'token_refused', 'invalid_client'],
    [302, 'renewal_unavailable', 'provider_incident'],
    [400, 'renewal_unavailable', 'provider_incident'],
    [403, 'renewal_unavailable', 'provider_incident'],
    [404, 'renewal_unavailable', 'provider_incident'],
    [502, 'renewal_unavailable', 'provider_incident'],
  ])('%i without an OAuth error is %s, and never asks for a person', (status, code, reason) => {
    const failure = unreadable(status, 'it is a page', page, undefined)
    expect(failure).toMatchObject({ code, reason })
    expect(failure.message).toContain(String(status))
  })

  test('a body is described in the log, and never quoted to callers', () => {
    for (const status of [200, 401, 502]) {
      const failure = unreadable(status, 'it is a page', page, undefined)
      expect(failure.message).not.toContain('canary')
      expect(failure.detail).toMatch(/^47 bytes, sha256 [0-9a-f]{16}: .*canary/)
      expect(failure.detail).not.toMatch(/[<>]/)
    }
  })

  test('what looks like a token does not reach the log either', () => {
    const body = Buffer.from(`{"token":"${'aB3_-.~+/'.repeat(10)}","x":1}`)
    expect(unreadable(200, 'why', body, undefined).detail).not.toContain('aB3')
  })

  test('a body of any size makes a short line', () => {
    const detail = unreadable(200, 'why', Buffer.alloc(262_144, 'a b '), undefined).detail ?? ''
    expect(detail.length).toBeLessThan(300)
  })

  test('an outage says when to try again', () => {
    expect(unreadable(503, 'why', page, 60).retryAfterSeconds).toBe(60)
    expect(unreadable(503, 'why', page, undefined).retryAfterSeconds).toBeUndefined()
  })
})
