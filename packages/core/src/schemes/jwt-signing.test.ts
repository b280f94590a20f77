import { createSecretKey, randomBytes } from 'node:crypto'
import { JwtTemplate, jwtAlgorithms } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import * as jose from 'jose'
import { describe, expect, test } from 'vitest'
import { parseTemplate, placeholders } from '../template/parse.ts'
import { render, type TemplateValues } from '../template/render.ts'
import { ecKeys, edKeys, pem, rsaKeys, type TestKeys } from './jwt-keys.suite.ts'
import { type JwtMaterial, jwtKeyFaults, makeJwt } from './jwt-signing.ts'

const clock = fakeClock()
const now = Math.floor(clock.now() / 1000)

function connection(values: TemplateValues = {}) {
  return {
    render: (text: string, slot: 'text' | string, more: TemplateValues = {}) =>
      render(parseTemplate(text), { ...values, ...more }, slot as 'text'),
    holds: (text: string, more: TemplateValues = {}) =>
      placeholders(parseTemplate(text)).every((name) => name in values || name in more),
  }
}

const secret = 'a secret of more than thirty-two bytes, as some ask for, and then of sixty-four'

function made(
  template: Record<string, unknown>,
  material: Partial<JwtMaterial> = {},
  values: TemplateValues = {},
) {
  const parsed = JwtTemplate.parse({ algorithm: 'HS256', ...template })
  const jwt = makeJwt({ clock, random: { bytes: randomBytes } }, connection(values), parsed, {
    key: { secret },
    ...material,
  })
  return { jwt, header: jose.decodeProtectedHeader(jwt), payload: jose.decodeJwt(jwt) }
}

function keysFor(algorithm: string): TestKeys | undefined {
  if (/^[RP]S/.test(algorithm)) return rsaKeys()
  if (algorithm === 'EdDSA') return edKeys()
  const curve = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }[algorithm]
  return curve === undefined ? undefined : ecKeys(curve)
}

test.each(jwtAlgorithms)('a JWT signed by %s is one to others', async (algorithm) => {
  const keys = keysFor(algorithm)
  const key = keys ? { privateKey: pem(keys.privateKey) } : { secret }
  const { jwt } = made({ algorithm, payload: { sub: 'ann' } }, { key })
  const verified = await jose.jwtVerify(jwt, keys?.publicKey ?? createSecretKey(secret, 'utf8'), {
    algorithms: [algorithm],
    currentDate: new Date(clock.now()),
  })
  expect(verified.protectedHeader).toEqual({ alg: algorithm, typ: 'JWT' })
  expect(verified.payload).toMatchObject({ sub: 'ann', iat: now, exp: now + 300 })
})

describe('claims', () => {
  test('iat, exp and jti are added where absent', () => {
    expect(made({}).payload).toEqual({
      iat: now,
      exp: now + 300,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(made({ lifetime: 60 }).payload.exp).toBe(now + 60)
    expect(made({ payload: { iat: 1, exp: 2, jti: 'j' } }).payload).toEqual({ iat: 1, exp: 2, jti: 'j' })
  })

  test('no two JWTs bear the same jti', () => {
    expect(new Set(Array.from({ length: 50 }, () => made({}).payload.jti)).size).toBe(50)
  })

  test('null leaves one out', () => {
    const payload = { iat: null, exp: null, jti: null, iss: null, sub: 's' }
    expect(made({ payload }, { claims: { iss: 'i' } }).payload).toEqual({ sub: 's' })
    expect(made({ header: { typ: null } }).header).toEqual({ alg: 'HS256' })
  })

  test('are templates in whatever depth, each filled once; other values stay as they are', () => {
    const payload = {
      sub: '{user}',
      iss: '{given}-{user}',
      list: ['{user}', 1, { deep: '{user}' }],
      literal: '{{user}}',
      number: 5,
      yes: true,
    }
    expect(made({ payload }, { values: { given: '{user}' } }, { user: 'ann' }).payload).toMatchObject({
      sub: 'ann',
      iss: '{user}-ann',
      list: ['ann', 1, { deep: 'ann' }],
      literal: '{user}',
      number: 5,
      yes: true,
    })
  })

  test('one whose value the account does not hold is left out', () => {
    expect(made({ payload: { sub: '{nobody}', list: ['{nobody}', 'x'] } }).payload).toMatchObject({
      list: ['x'],
    })
    expect(made({ payload: { sub: '{nobody}' } }).payload).not.toHaveProperty('sub')
  })

  test('times are numbers, and names of digits are not', () => {
    const payload = { at: '{request.timestamp}', ms: '{request.timestampMs}', nbf: '{when}', sub: '{when}' }
    expect(made({ payload }, {}, { when: '1700000000' }).payload).toMatchObject({
      at: now,
      ms: clock.now(),
      nbf: 1_700_000_000,
      sub: '1700000000',
    })
  })

  test('the end is no later than is allowed, whatever the template says', () => {
    const end = (template: object) => made({ ...template }, { longestSeconds: 300 }).payload.exp
    expect(end({ lifetime: 3600 })).toBe(now + 300)
    expect(end({ payload: { exp: now + 86_400 } })).toBe(now + 300)
    expect(end({ payload: { exp: null } })).toBe(now + 300)
    expect(end({ payload: { exp: 'never' } })).toBe(now + 300)
    expect(end({ lifetime: 60 })).toBe(now + 60)
  })
})

test('the algorithm is the definition’s, whatever the header says', async () => {
  const { jwt, header } = made({ header: { alg: 'none', kid: '{kid}' } }, {}, { kid: 'k1' })
  expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'k1' })
  await jose.compactVerify(jwt, createSecretKey(secret, 'utf8'), { algorithms: ['HS256'] })
})

test('a key that does not fit is named by its kind and by no word of it', () => {
  const privateKey = pem(rsaKeys().privateKey)
  expect(() => made({ algorithm: 'ES256' }, { key: { privateKey } })).toThrow(
    expect.objectContaining({
      code: 'account_incomplete',
      message: expect.stringMatching(/curve prime256v1/),
    }),
  )
  expect(() => made({}, { key: {} })).toThrow(/signs with a secret/)
})

describe('of a definition', () => {
  const faults = (jwt: Record<string, unknown>) =>
    jwtKeyFaults('/auth/jwt', jwt).map(({ path, code }) => `${path} ${code}`)

  test('keys that do not fit are faults when they are written out', () => {
    const privateKey = pem(rsaKeys().privateKey).replaceAll('\n', '\\n')
    expect(faults({ algorithm: 'RS256', privateKey })).toEqual([])
    expect(faults({ algorithm: 'ES256', privateKey })).toEqual(['/auth/jwt/privateKey key_misfit'])
    expect(faults({ algorithm: 'RS256', privateKey: 'x' })).toEqual(['/auth/jwt/privateKey private_key'])
    expect(faults({ algorithm: 'RS256' })).toEqual(['/auth/jwt/privateKey required'])
    expect(faults({ algorithm: 'HS256', secret: '!', secretEncoding: 'base64' })).toEqual([
      '/auth/jwt/secret base64',
    ])
  })

  test('keys that each account brings are not', () => {
    expect(faults({ algorithm: 'ES256', privateKey: '{privateKey}' })).toEqual([])
    expect(faults({ algorithm: 'HS256', secret: '{apiSecret}', secretEncoding: 'base64' })).toEqual([])
  })

  test('what is malformed otherwise is left to the schema', () => {
    expect(faults({ algorithm: 'none', privateKey: 'x' })).toEqual([])
    expect(faults({ algorithm: 'RS256', privateKey: 5 })).toEqual(['/auth/jwt/privateKey required'])
  })
})
