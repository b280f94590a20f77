import { describe, expect, test } from 'vitest'
import { isToken, readExpiresIn, readTokenReply } from './token-reply.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

function read(body: unknown, contentType: string | undefined = json) {
  const reply = {
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    cookies: [],
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  }
  return readTokenReply(reply, { now: 0 })
}

describe('readTokenReply', () => {
  test('reads what RFC 6749 says a reply holds', () => {
    expect(
      read({
        access_token: 'at',
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: 'rt',
        scope: 'a b',
        more: 1,
      }),
    ).toEqual({
      kind: 'issued',
      accessToken: 'at',
      tokenType: 'Bearer',
      expiresInSeconds: 3600,
      refreshToken: 'rt',
      scope: 'a b',
      refreshExpiresInSeconds: undefined,
      named: {},
      kept: {},
    })
  })

  test('what is absent is unknown', () => {
    expect(read({ access_token: 'at' })).toEqual({
      kind: 'issued',
      accessToken: 'at',
      tokenType: undefined,
      expiresInSeconds: undefined,
      refreshToken: undefined,
      scope: undefined,
      refreshExpiresInSeconds: undefined,
      named: {},
      kept: {},
    })
  })

  test('reads a form, as some providers answer', () => {
    expect(
      read('access_token=a%2Bt&token_type=bearer&scope=a%20b&expires_in=3600', `${form}; charset=utf-8`),
    ).toMatchObject({ kind: 'issued', accessToken: 'a+t', scope: 'a b', expiresInSeconds: 3600 })
    expect(read('error=bad_verification_code&error_description=no', form)).toEqual({
      kind: 'error',
      error: 'bad_verification_code',
      description: 'no',
    })
  })

  test.each([json, 'text/html', 'text/plain', '', undefined])(
    'JSON is read whatever type it claims: %j',
    (type) => {
      expect(read({ access_token: 'at' }, type)).toMatchObject({ kind: 'issued' })
    },
  )

  test.each<[refreshToken: unknown, kept: string | undefined]>([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    ['rt2', 'rt2'],
  ])('the refresh token %j is read as %j', (refreshToken, kept) => {
    expect(read({ access_token: 'at', refresh_token: refreshToken })).toMatchObject({ refreshToken: kept })
  })

  test.each<[what: string, body: unknown]>([
    ['no access token', { token_type: 'Bearer' }],
    ['an access token that is null', { access_token: null }],
    ['an empty access token', { access_token: '' }],
    ['an access token that is no text', { access_token: { x: 1 } }],
    ['an access token with a line end', { access_token: 'a\r\nX-Evil: 1' }],
    ['an access token that ends in one', { access_token: 'a\n' }],
    ['an access token with NUL', { access_token: 'a\0b' }],
    ['an access token with a space', { access_token: 'a b' }],
    ['an access token in Latin-1', { access_token: 'é' }],
    ['an access token over 64 KiB', { access_token: 'x'.repeat(65_537) }],
    ['a refresh token that is no text', { access_token: 'at', refresh_token: 5 }],
    ['a refresh token with a line end', { access_token: 'at', refresh_token: 'a\r\nb' }],
    ['an array', []],
    ['null', 'null'],
    ['text', '"at"'],
    ['nothing', ''],
    ['a page', '<html>login</html>'],
    ['a member twice', '{"access_token":"a","access_token":"b"}'],
    ['a form that claims to be JSON', 'access_token=a'],
    ['inherited members', '{"__proto__":{"access_token":"a"}}'],
  ])('%s is malformed', (_, body) => {
    expect(read(body)).toMatchObject({ kind: 'malformed' })
  })

  test.each([
    'access_token=a&access_token=b',
    'access_token=a&scope=x&scope=y',
    'access_token=',
    'access_token=a%0d%0ab',
  ])('the form %s is malformed', (body) => {
    expect(read(body, form)).toMatchObject({ kind: 'malformed' })
  })

  test('why it is malformed quotes nothing of it', () => {
    const reply = read({ access_token: 'canary\n' })
    expect(JSON.stringify(reply)).not.toContain('canary')
  })

  test.each<[body: unknown, error: string, description: string | undefined]>([
    [{ error: 'invalid_grant' }, 'invalid_grant', undefined],
    [{ error: 'invalid_grant', error_description: 'gone' }, 'invalid_grant', 'gone'],
    [{ error: 'invalid_grant', access_token: 'at' }, 'invalid_grant', undefined],
    [{ ok: false, error: 'code_already_used' }, 'code_already_used', undefined],
    [{ error: { code: 190, message: 'x' } }, 'server_error', 'x'],
    [{ error: ['a'], error_description: 5 }, 'server_error', undefined],
    [{ error: { type: 'OAuthException', token: 'canary' } }, 'server_error', 'OAuthException'],
    [{ error: true, error_description: 'why' }, 'server_error', 'why'],
    [{ error: 0 }, 'server_error', undefined],
  ])('%j is the error %s', (body, error, description) => {
    expect(read(body)).toEqual({ kind: 'error', error, description })
  })

  test.each([null, '', false])('an error that is %j is none', (error) => {
    expect(read({ access_token: 'at', error })).toMatchObject({ kind: 'issued' })
  })

  test.each([
    ['token_type', 5],
    ['token_type', ''],
    ['scope', ['a']],
    ['scope', ''],
  ])('%s as %j counts as absent', (name, value) => {
    expect(read({ access_token: 'at', [name]: value })).toMatchObject({
      tokenType: undefined,
      scope: undefined,
    })
  })
})

describe('readExpiresIn', () => {
  const tenYears = 315_360_000
  test.each<[value: unknown, seconds: number | undefined]>([
    [3600, 3600],
    ['3600', 3600],
    ['3600.9', 3600],
    [3600.9, 3600],
    [1, 1],
    [tenYears, tenYears],
    [tenYears + 1, tenYears],
    [1_893_456_000, tenYears],
    [1e20, tenYears],
    ['9'.repeat(30), tenYears],
    [0, undefined],
    ['0', undefined],
    [0.5, undefined],
    [-1, undefined],
    ['-1', undefined],
    [-0, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ['9'.repeat(400), undefined],
    [Number.NEGATIVE_INFINITY, undefined],
    ['', undefined],
    [' 3600', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['soon', undefined],
    [true, undefined],
    [null, undefined],
    [undefined, undefined],
    [[3600], undefined],
    [{}, undefined],
  ])('%o is %o seconds', (value, seconds) => {
    expect(readExpiresIn(value)).toBe(seconds)
  })
})

describe('isToken', () => {
  test('takes every byte from 0x21 to 0x7E, and no other', () => {
    const taken = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)).filter(isToken)
    expect(taken.join('')).toBe(
      Array.from({ length: 0x5e }, (_, at) => String.fromCharCode(0x21 + at)).join(''),
    )
  })

  test('takes up to 64 KiB', () => {
    expect(isToken('x'.repeat(65_536))).toBe(true)
    expect(isToken('x'.repeat(65_537))).toBe(false)
    expect(isToken('')).toBe(false)
  })
})
