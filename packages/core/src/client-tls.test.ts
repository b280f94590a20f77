import { clientCertificate, encryptedKey, pfxOf } from '@sallyport/testkit'
import { beforeAll, expect, test } from 'vitest'
import { type ClientTlsTexts, clientTlsFault, readClientTls } from './client-tls.ts'

let pair: { certificate: string; privateKey: string }
let other: { certificate: string; privateKey: string }

beforeAll(async () => {
  pair = await clientCertificate('one')
  other = await clientCertificate('two')
})

const faultOf = (texts: ClientTlsTexts) => {
  const tls = readClientTls(texts)
  return tls && clientTlsFault(tls)
}

test('a certificate with its key is taken as PEM, as encrypted PEM and as PFX', () => {
  const { certificate } = pair
  expect(faultOf(pair)).toBeUndefined()
  expect(faultOf({ certificate, privateKey: encryptedKey(pair, 'word'), passphrase: 'word' })).toBeUndefined()
  expect(faultOf({ pfx: pfxOf(pair, 'word'), passphrase: 'word' })).toBeUndefined()
  expect(faultOf({ ca: certificate + other.certificate })).toBeUndefined()
})

test('line breaks pasted as \\n are mended', () => {
  const pasted = (text: string) => text.replaceAll('\n', '\\n')
  expect(
    faultOf({ certificate: pasted(pair.certificate), privateKey: pasted(pair.privateKey) }),
  ).toBeUndefined()
  expect(faultOf({ ca: pasted(pair.certificate) })).toBeUndefined()
})

test('empty texts are no identity', () => {
  expect(readClientTls({})).toBeUndefined()
  expect(readClientTls({ certificate: '', privateKey: '', pfx: '', ca: '', passphrase: 'x' })).toBeUndefined()
})

test('the digest tells identities apart', () => {
  const digests = [
    pair,
    other,
    { ...pair, ca: other.certificate },
    { ca: other.certificate },
    { ca: pair.certificate },
  ].map((texts) => readClientTls(texts)?.digest)
  expect(new Set(digests).size).toBe(5)
  expect(readClientTls({ ...pair })?.digest).toBe(digests[0])
})

test('what cannot be used is named by its field, without a word of it', () => {
  const { certificate, privateKey } = pair
  const encrypted = encryptedKey(pair, 'word')
  const pfx = pfxOf(pair, 'word')
  const cut = privateKey.slice(0, 60)
  const cases: [ClientTlsTexts, string, string][] = [
    [{ certificate }, 'privateKey', 'required'],
    [{ privateKey }, 'certificate', 'required'],
    [{ certificate, privateKey, pfx }, 'pfx', 'repeated'],
    [{ certificate: privateKey, privateKey }, 'certificate', 'certificate_unreadable'],
    [{ certificate, privateKey: certificate }, 'privateKey', 'private_key_unreadable'],
    [{ certificate, privateKey: cut }, 'privateKey', 'private_key_unreadable'],
    [{ certificate, privateKey: other.privateKey }, 'privateKey', 'certificate_mismatch'],
    [{ certificate, privateKey: encrypted }, 'passphrase', 'required'],
    [{ certificate, privateKey: encrypted, passphrase: 'wrong' }, 'passphrase', 'passphrase_wrong'],
    [{ pfx }, 'passphrase', 'required'],
    [{ pfx, passphrase: 'wrong' }, 'passphrase', 'passphrase_wrong'],
    [{ pfx: 'bm8gcGZ4', passphrase: 'word' }, 'pfx', 'pfx_unreadable'],
    [{ ca: 'no certificate' }, 'ca', 'certificate_unreadable'],
    [{ ca: certificate.slice(0, 90) + other.certificate }, 'ca', 'certificate_unreadable'],
  ]
  for (const [texts, field, code] of cases) {
    const fault = faultOf(texts)
    expect(fault).toMatchObject({ field, code })
    const words = Object.values(texts).flatMap((text) => (text ?? '').match(/[A-Za-z0-9+/]{20,}/g) ?? [])
    expect(words.filter((word) => JSON.stringify(fault).includes(word))).toEqual([])
  }
})
