import { createSecretKey } from 'node:crypto'
import { JwtStep, jwtAlgorithms } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import * as jose from 'jose'
import { expect, test } from 'vitest'
import { ecKeys, edKeys, pem, rsaKeys, type TestKeys, weakRsaKeys } from '../../schemes/jwt-keys.suite.ts'
import { Secret } from '../../secret.ts'
import { jwt } from './jwt.ts'

const clock = fakeClock()
const now = Math.floor(clock.now() / 1000)
const shared = 'a secret of more than thirty-two bytes, as some ask for, and then of sixty-four'

function made(fields: object, key = shared): string {
  const step = JwtStep.parse({
    kind: 'jwt',
    name: 'sign',
    algorithm: 'HS256',
    key: 'secret.key',
    payload: {},
    ...fields,
  })
  return jwt(step, { key: new Secret(key), clock })
}

function keysFor(algorithm: string): TestKeys | undefined {
  if (/^[RP]S/.test(algorithm)) return rsaKeys()
  if (algorithm === 'EdDSA') return edKeys()
  const curve = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }[algorithm]
  return curve === undefined ? undefined : ecKeys(curve)
}

test.each(jwtAlgorithms)('a JWT step signs by %s, as others verify', async (algorithm) => {
  const keys = keysFor(algorithm)
  const token = made(
    { algorithm, payload: { sub: 'ann' }, expiresInSeconds: 60 },
    keys && pem(keys.privateKey),
  )
  const verified = await jose.jwtVerify(token, keys?.publicKey ?? createSecretKey(shared, 'utf8'), {
    algorithms: [algorithm],
    currentDate: new Date(clock.now()),
  })
  expect(verified.protectedHeader).toEqual({ alg: algorithm, typ: 'JWT' })
  expect(verified.payload).toEqual({ sub: 'ann', iat: now, exp: now + 60 })
})

test('claims are the step’s own: null leaves one out, times in text are numbers, and none is added unasked', () => {
  expect(
    jose.decodeJwt(made({ payload: { sub: 'ann', nbf: '1700000000', aud: null, deep: { list: [1] } } })),
  ).toEqual({
    sub: 'ann',
    nbf: 1_700_000_000,
    deep: { list: [1] },
  })
  expect(jose.decodeJwt(made({ payload: { exp: 99 }, expiresInSeconds: 60 }))).toEqual({ iat: now, exp: 99 })
})

test('a header may say more, and never another algorithm than the step’s', () => {
  const header = { kid: 'k1', alg: 'none', typ: null }
  expect(jose.decodeProtectedHeader(made({ header }))).toEqual({ kid: 'k1', alg: 'HS256' })
})

test('a shared secret in base64 signs as its bytes', async () => {
  const token = made({ keyEncoding: 'base64', payload: { a: 1 } }, Buffer.from(shared).toString('base64'))
  expect((await jose.jwtVerify(token, createSecretKey(shared, 'utf8'))).payload).toEqual({ a: 1 })
})

test.each([
  ['no key of its kind', { algorithm: 'RS256' }, 'canary-secret-text'],
  ['a key on another curve', { algorithm: 'ES256' }, () => pem(ecKeys('secp384r1').privateKey)],
  ['an RSA key that is too short', { algorithm: 'PS256' }, () => pem(weakRsaKeys().privateKey)],
  [
    'a public key',
    { algorithm: 'RS256' },
    () => rsaKeys().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ],
  ['what is not base64', { keyEncoding: 'base64' }, 'canary secret !!'],
])('%s signs nothing, and the refusal names the field and not the key', (_what, fields, key) => {
  const text = typeof key === 'string' ? key : key()
  try {
    made(fields, text)
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({
      code: 'account_incomplete',
      message: expect.stringContaining('secret.key'),
    })
    for (const line of text.split('\n').filter((line) => line.length > 10 && !line.startsWith('-----')))
      expect(String(error)).not.toContain(line)
  }
})
