import { csrfToken } from '@sallyport/core'
import { describe, expect, test } from 'vitest'
import { isForeign, refuseForeign, requireOwnPage } from './own-pages.ts'

const publicUrl = 'https://sallyport.example.com/below'
const session = 'org_a.secret'
const token = csrfToken(session)
const refused = expect.objectContaining({ code: 'csrf_refused' })

describe('a session changes something', () => {
  test.each([
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://sallyport.example.com' },
  ])('for a page of ours: %j', (headers) => {
    expect(() => requireOwnPage(headers, publicUrl, { session, token })).not.toThrow()
  })

  test.each([
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'https://sallyport.example.com' },
    { 'sec-fetch-site': '' },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: 'https://sallyport.example.com.evil.example' },
    { origin: 'http://sallyport.example.com' },
  ])('for nobody else, though the token is right: %j', (headers) => {
    expect(() => requireOwnPage(headers, publicUrl, { session, token })).toThrow(refused)
  })

  test.each([
    undefined,
    '',
    'x',
    [token, token],
    csrfToken('org_a.another'),
    token.toUpperCase(),
    `${token} `,
  ])('with the token alone, and not with %j', (given) => {
    const headers = { 'sec-fetch-site': 'same-origin' }
    expect(() => requireOwnPage(headers, publicUrl, { session, token: given })).toThrow(refused)
  })
})

test('before there is a session what another site sends is refused, and programs that are no browsers are not', () => {
  expect(isForeign({}, publicUrl)).toBeUndefined()
  expect(() => refuseForeign({}, publicUrl)).not.toThrow()
  expect(() => refuseForeign({ 'sec-fetch-site': 'same-origin' }, publicUrl)).not.toThrow()
  expect(() => refuseForeign({ 'sec-fetch-site': 'cross-site' }, publicUrl)).toThrow(refused)
  expect(() => refuseForeign({ origin: 'null' }, publicUrl)).toThrow(refused)
})
