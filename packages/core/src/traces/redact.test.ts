import { describe, expect, test } from 'vitest'
import { redaction } from './redact.ts'

const known = ['kn0wn-secret/+ value', 'short']
const redact = redaction(known)
const random = 'a8Fj2kLm9QpRs4TuVw6XyZ01'

describe('what is shown of an exchange', () => {
  test.each([
    [
      `grant_type=authorization_code&code=${random}&client_id=me`,
      'grant_type=authorization_code&code=[secret]&client_id=me',
    ],
    ['client_secret=x&token_type_hint=refresh_token', 'client_secret=[secret]&token_type_hint=refresh_token'],
    [
      'a=kn0wn-secret%2F%2B+value&redirect_uri=https%3A%2F%2Fa.example%2Fb',
      'a=[secret]&redirect_uri=https://a.example/b',
    ],
  ])('of the form %s', (form, shown) => {
    expect(redact.body('application/x-www-form-urlencoded', form)).toBe(shown)
  })

  test.each([
    [
      { access_token: 'x', token_type: 'Bearer', expires_in: 3600 },
      { access_token: '[secret]', token_type: 'Bearer', expires_in: 3600 },
    ],
    [{ data: { sessionId: 7, name: 'Ann' } }, { data: { sessionId: '[secret]', name: 'Ann' } }],
    [
      { list: [random, 'plain words'], echo: 'kn0wn-secret/+ value!' },
      { list: ['[...]', 'plain words'], echo: '[secret]!' },
    ],
    [
      { scope: 'read write', error: 'invalid_grant', error_description: 'The code has expired.' },
      { scope: 'read write', error: 'invalid_grant', error_description: 'The code has expired.' },
    ],
  ])('of JSON, member by member: %j', (body, shown) => {
    expect(JSON.parse(redact.body('application/json', JSON.stringify(body)))).toEqual(shown)
  })

  test('of headers that only sound unusual, none that carries a credential, and no value of a query', () => {
    expect(
      redact.headers({
        'X-Auth': 'a',
        'x-authorization': 'b',
        'X-Ticket': 'c',
        'www-authenticate': 'Bearer error="invalid_token"',
        location: 'https://a.example/b?token=abc&page=2',
      }),
    ).toEqual({
      'X-Auth': '[secret]',
      'x-authorization': '[secret]',
      'X-Ticket': '[secret]',
      'www-authenticate': 'Bearer error="invalid_token"',
      location: 'https://a.example/b?token=[secret]&page=2',
    })
  })

  test('however a hostile provider writes, in a time that grows no faster than its reply', () => {
    const hostile = ['token'.repeat(50_000), 'a-'.repeat(130_000), `token${' '.repeat(250_000)}`]
    for (const text of hostile) expect(redact.body('text/plain', text).length).toBeLessThan(300)
    expect(redact.body('application/x-www-form-urlencoded', 'a&'.repeat(130_000)).length).toBe(8192)
    // A certificate's file among the secrets is long, and there are many values to compare it with.
    const careful = redaction(['k'.repeat(200_000), ...known])
    const wide = JSON.stringify(Array.from({ length: 40_000 }, (_, index) => `a${index}`))
    expect(careful.body('application/json', wide)).toHaveLength(8192)
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(redact.body('application/json', deep)).toContain('[...]')
  })

  test('of headers, what carries a credential only by its scheme', () => {
    expect(
      redact.headers({
        authorization: `Basic ${random}`,
        cookie: 'a=b',
        'x-api-key': 'k',
        dpop: 'e.f.g',
        accept: '*/*',
        date: 'Sat',
      }),
    ).toEqual({
      authorization: 'Basic [secret]',
      cookie: '[secret]',
      'x-api-key': '[secret]',
      dpop: '[secret]',
      accept: '*/*',
      date: 'Sat',
    })
  })

  test('of an address, the query field by field', () => {
    expect(redact.url(`https://a.example/token/kn0wn-secret%2F%2B%20value?code=${random}&v=2`)).toBe(
      'https://a.example/token/[secret]?code=[secret]&v=2',
    )
  })

  test('of a page, a few words without markup', () => {
    const page = `<html><script>token="${random}"</script><p>Please log in</p></html>`
    const shown = redact.body('text/html', page)
    expect(shown).toContain('Please log in')
    expect(shown).not.toMatch(/[<>]/)
    expect(shown).not.toContain(random)
  })

  test('of text that goes on and on, no more than 8 KiB', () => {
    expect(
      redact.body('application/json', JSON.stringify({ a: 'word '.repeat(10_000) })).length,
    ).toBeLessThanOrEqual(8192)
  })
})
