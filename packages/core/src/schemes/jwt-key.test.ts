import type { KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type JwtKey, readJwtKey } from './jwt-key.ts'
import { ecKeys, edKeys, mangled, pem, rsaKeys, weakRsaKeys } from './jwt-keys.suite.ts'

function read(algorithm: string, privateKey: string): JwtKey {
  return readJwtKey({ algorithm: algorithm as 'RS256', secretEncoding: 'utf8' }, { privateKey })
}

function isSame(result: JwtKey, key: KeyObject): boolean {
  return 'key' in result && result.key.equals(key)
}

const forms = [
  ['PKCS#8', 'RS256', 'pkcs8', () => rsaKeys().privateKey],
  ['PKCS#1', 'PS256', 'pkcs1', () => rsaKeys().privateKey],
  ['SEC 1', 'ES256', 'sec1', () => ecKeys('prime256v1').privateKey],
  ['PKCS#8 of a curve', 'ES384', 'pkcs8', () => ecKeys('secp384r1').privateKey],
  ['PKCS#8 of Ed25519', 'EdDSA', 'pkcs8', () => edKeys().privateKey],
] as const

describe.each(forms)('a private key in %s', (_, algorithm, type, key) => {
  test.each(mangled)('%s is read', (_what, mangle) => {
    expect(isSame(read(algorithm, mangle(pem(key(), type))), key())).toBe(true)
  })
})

test('what stands before the key, as certificates and curve parameters, is passed over', () => {
  const before = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
  const key = ecKeys('prime256v1').privateKey
  expect(isSame(read('ES256', before + pem(key, 'sec1')), key)).toBe(true)
})

test.each<[what: string, algorithm: string, text: () => string, code: string, why: RegExp]>([
  ['nothing', 'RS256', () => '', 'required', /signs with a private key/],
  ['no PEM', 'RS256', () => 'c2VjcmV0', 'private_key', /no private key in PEM/],
  ['half a PEM', 'RS256', () => pem(rsaKeys().privateKey).slice(0, 200), 'private_key', /no private key/],
  [
    'a PEM of nonsense',
    'RS256',
    () => '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----',
    'private_key',
    /cannot be read/,
  ],
  [
    'a public key',
    'RS256',
    () => rsaKeys().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    'private_key',
    /is a public key/,
  ],
  [
    'an encrypted key',
    'RS256',
    () =>
      rsaKeys()
        .privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
    'private_key',
    /is encrypted/,
  ],
  [
    'a key encrypted the old way',
    'RS256',
    () =>
      rsaKeys()
        .privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
    'private_key',
    /is encrypted/,
  ],
  ['a curve for RSA', 'RS256', () => pem(ecKeys('prime256v1').privateKey), 'key_misfit', /needs an RSA key/],
  ['RSA for a curve', 'ES256', () => pem(rsaKeys().privateKey), 'key_misfit', /curve prime256v1/],
  ['another curve', 'ES256', () => pem(ecKeys('secp384r1').privateKey), 'key_misfit', /secp384r1\)/],
  ['RSA for EdDSA', 'EdDSA', () => pem(rsaKeys().privateKey), 'key_misfit', /Ed25519/],
  ['a short RSA key', 'PS512', () => pem(weakRsaKeys().privateKey), 'key_misfit', /2048 bits/],
])('%s is refused for %s, by name', (_, algorithm, text, code, why) => {
  expect(read(algorithm, text())).toEqual({ field: 'privateKey', code, why: expect.stringMatching(why) })
})

describe('a secret', () => {
  const secret = (text: string, secretEncoding: 'utf8' | 'base64') => {
    const result = readJwtKey({ algorithm: 'HS256', secretEncoding }, { secret: text })
    return 'key' in result ? result.key.export().toString('hex') : result.code
  }

  test('is its bytes, or those that its base64 means', () => {
    expect(secret('c2VjcmV0', 'utf8')).toBe(Buffer.from('c2VjcmV0').toString('hex'))
    for (const text of ['c2VjcmV0', ' c2Vj\ncmV0 ']) {
      expect(secret(text, 'base64')).toBe(Buffer.from('secret').toString('hex'))
    }
    expect(secret('_-8=', 'base64')).toBe('ffef')
  })

  test.each(['', '=', 'not base64!', 'ü'])('%j is no base64', (text) => {
    expect(secret(text, 'base64')).toBe(text === '' ? 'required' : 'base64')
  })
})
