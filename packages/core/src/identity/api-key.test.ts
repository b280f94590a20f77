import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { digestOf, lookupOf, newApiKey } from './api-key.ts'

const random = { bytes: randomBytes }
const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** As api.md describes it, written a second time: bit by bit, then in big integers. */
function checksum(text: string): string {
  let crc = 0xffff_ffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
  }
  let rest = BigInt((crc ^ 0xffff_ffff) >>> 0)
  let written = ''
  for (; rest > 0n; rest /= 62n) written = characters.charAt(Number(rest % 62n)) + written
  return written.padStart(6, '0')
}

function withChecksum(body: string): string {
  return `${body}_${checksum(body)}`
}

describe('a new key', () => {
  test('names its environment, and carries 43 secret characters and a checksum', () => {
    const { text, lookup } = newApiKey(random, 'production')
    const match = /^sp_production_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}_([0-9A-Za-z]{6})$/.exec(text)
    expect(match?.[1]).toBe(lookup)
    expect(match?.[2]).toBe(checksum(text.slice(0, -7)))
  })

  test('is stored as its SHA-256 alone', () => {
    const key = newApiKey(random, 'org')
    expect(key.digest).toEqual(createHash('sha256').update(key.text).digest())
    expect(digestOf(key.text)).toEqual(key.digest)
  })

  test('is unlike any other', () => {
    const keys = Array.from({ length: 200 }, () => newApiKey(random, 'org'))
    expect(new Set(keys.map(({ lookup }) => lookup)).size).toBe(200)
    expect(new Set(keys.map(({ text }) => text.split('_')[3])).size).toBe(200)
  })

  test('is found by its own lookup', () => {
    const { text, lookup } = newApiKey(random, 'org')
    expect(lookupOf(text)).toBe(lookup)
  })
})

describe('the checksum', () => {
  test('is CRC-32 in base 62, padded to six', () => {
    // The check value of CRC-32 is 0xCBF43926.
    expect(checksum('123456789')).toBe('3jZRME')
    const body = `sp_org_${'0'.repeat(12)}_${'0'.repeat(43)}`
    expect(lookupOf(withChecksum(body))).toBe('0'.repeat(12))
  })

  test('is right for many keys, those with leading zeros included', () => {
    const bodies = Array.from(
      { length: 500 },
      (_, index) => `sp_e${index}_${'A'.repeat(12)}_${'b'.repeat(43)}`,
    )
    expect(bodies.filter((body) => lookupOf(withChecksum(body)) === undefined)).toEqual([])
    expect(bodies.some((body) => checksum(body).startsWith('0'))).toBe(true)
  })
})

describe('what is no key of ours', () => {
  const { text } = newApiKey(random, 'development')
  const [, , lookup = '', secret = '', crc = ''] = text.split('_')

  test('with any one character changed is told apart without a look-up', () => {
    for (let index = 0; index < text.length; index += 1) {
      const other = text.charAt(index) === 'x' ? 'y' : 'x'
      const changed = text.slice(0, index) + other + text.slice(index + 1)
      expect(lookupOf(changed), changed).toBeUndefined()
    }
  })

  test('a key of another environment has another checksum, and another digest', () => {
    expect(lookupOf(`sp_production_${lookup}_${secret}_${crc}`)).toBeUndefined()
    const moved = withChecksum(`sp_production_${lookup}_${secret}`)
    expect(lookupOf(moved)).toBe(lookup)
    expect(digestOf(moved)).not.toEqual(digestOf(text))
  })

  test.each([
    ['nothing', ''],
    ['another prefix', withChecksum(`sk_org_${lookup}_${secret}`)],
    ['no environment', withChecksum(`sp__${lookup}_${secret}`)],
    ['an environment that is no key', withChecksum(`sp_a-b_${lookup}_${secret}`)],
    ['an environment too long', withChecksum(`sp_${'a'.repeat(65)}_${lookup}_${secret}`)],
    ['a lookup too short', withChecksum(`sp_org_${lookup.slice(1)}_${secret}`)],
    ['a secret too short', withChecksum(`sp_org_${lookup}_${secret.slice(1)}`)],
    ['a secret too long', withChecksum(`sp_org_${lookup}_${secret}x`)],
    ['no checksum', `sp_org_${lookup}_${secret}`],
    ['a line end', `${text}\n`],
    ['a space before', ` ${text}`],
    ['two keys', `${text}${text}`],
    ['a megabyte', `sp_org_${'x'.repeat(1_000_000)}`],
  ])('%s is told apart without a look-up', (_, wrong) => {
    expect(lookupOf(wrong)).toBeUndefined()
  })
})
