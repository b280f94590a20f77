import { createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SealContext } from '../seal-context.ts'
import { associatedData } from './associated-data.ts'
import { envelopeKeyId, openEnvelope, sealEnvelope } from './envelope.ts'
import { VaultError } from './vault-error.ts'

const random = { bytes: randomBytes }
const key = createSecretKey(randomBytes(32))
const place: SealContext = {
  organizationId: 'org_a',
  environment: 'production',
  table: 'account',
  rowId: 'acc_1',
  column: 'credential',
  generation: 1,
}

function seal(text: string, context = place, purpose = 'account.credential'): Buffer {
  return sealEnvelope(key, 'dek_1', purpose, context, Buffer.from(text), random)
}

function open(blob: Buffer, context = place, purpose = 'account.credential'): string {
  return openEnvelope(key, 'dek_1', purpose, context, blob).toString()
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof VaultError) return error.code
    throw error
  }
  return 'opened'
}

describe('an envelope', () => {
  test('opens where it was sealed, and names its key', () => {
    const blob = seal('a secret ✓')
    expect(open(blob)).toBe('a secret ✓')
    expect(envelopeKeyId(blob)).toBe('dek_1')
    expect(open(seal(''))).toBe('')
  })

  test('of the same text never looks the same, and never shows the text', () => {
    const blobs = Array.from({ length: 100 }, () => seal('canary-of-the-vault').toString('latin1'))
    expect(new Set(blobs).size).toBe(100)
    expect(blobs.some((blob) => blob.includes('canary'))).toBe(false)
  })

  test.each([
    ['row', { rowId: 'acc_2' }],
    ['column', { column: 'name' }],
    ['organization', { organizationId: 'org_b' }],
    ['environment', { environment: 'development' }],
    ['table', { table: 'flow' }],
    ['later generation', { generation: 2 }],
    ['earlier generation', { generation: 0 }],
  ])('does not open in another %s', (_, difference) => {
    expect(codeOf(() => open(seal('x'), { ...place, ...difference }))).toBe('tampered')
  })

  test('does not open for another purpose', () => {
    expect(codeOf(() => open(seal('x'), place, 'flow.verifier'))).toBe('wrong_key')
  })

  test('does not open with another key, even one of the same id', () => {
    const other = createSecretKey(randomBytes(32))
    const openWith = (id: string) => openEnvelope(other, id, 'account.credential', place, seal('x'))
    expect(codeOf(() => openWith('dek_1'))).toBe('wrong_key')
    expect(codeOf(() => openWith('dek_2'))).toBe('wrong_key')
  })

  test('does not open under another key id that was written over its own', () => {
    const blob = seal('x')
    blob.write('dek_2', 3)
    const openAsOther = () => openEnvelope(key, 'dek_2', 'account.credential', place, blob)
    expect(codeOf(openAsOther)).toBe('tampered')
  })

  test('with any single bit turned does not open', () => {
    const blob = seal('{"a":1}')
    const opened = []
    for (let bit = 0; bit < blob.length * 8; bit += 1) {
      const turned = Buffer.from(blob)
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if (codeOf(() => open(turned)) === 'opened') opened.push(bit)
    }
    expect(opened).toEqual([])
  })

  test.each([4, 8, 12, 15])('with its tag cut to %i bytes does not open', (length) => {
    const refusals = ['', 'text that is longer than a tag'].map((text) =>
      codeOf(() => open(seal(text).subarray(0, length - 16))),
    )
    expect(refusals).toEqual(['not_an_envelope', 'tampered'])
  })

  test('cut anywhere, or made longer, does not open', () => {
    const blob = seal('x')
    const lengths = Array.from({ length: blob.length }, (_, length) => length)
    expect(lengths.filter((length) => codeOf(() => open(blob.subarray(0, length))) === 'opened')).toEqual([])
    expect(codeOf(() => open(Buffer.concat([blob, Buffer.of(0)])))).toBe('tampered')
  })

  test.each([
    ['JSON in the clear', Buffer.from(JSON.stringify({ secret: 'canary', padding: ' '.repeat(200) }))],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(200)],
    ['another version', Buffer.concat([Buffer.of(2), seal('x').subarray(1)])],
    ['another algorithm', Buffer.concat([Buffer.of(1, 2), seal('x').subarray(2)])],
    ['a key id of length 0', Buffer.concat([Buffer.of(1, 1, 0), seal('x').subarray(3)])],
    ['a key id longer than all', Buffer.concat([Buffer.of(1, 1, 255), seal('x').subarray(3)])],
  ])('is not made of %s', (_, blob) => {
    expect(codeOf(() => open(blob))).toBe('not_an_envelope')
    expect(codeOf(() => envelopeKeyId(blob))).toBe('not_an_envelope')
  })

  test('that fails to open says nothing of its content', () => {
    const clear = Buffer.from(JSON.stringify({ secret: 'canary', padding: ' '.repeat(200) }))
    expect(() => open(clear)).toThrow(/^(?!.*canary)/)
  })
})

test('no two places read the same as associated data', () => {
  const places = [
    { organizationId: 'ab', environment: 'c' },
    { organizationId: 'a', environment: 'bc' },
    { organizationId: 'a', environment: 'b\0\0\0\0c', table: 'd' },
    { organizationId: 'a\0\0\0\0b', environment: 'c', table: 'd' },
  ]
  const read = places.map((some) => associatedData(1, 'dek_1', { ...place, ...some }).toString('hex'))
  expect(new Set(read).size).toBe(places.length)
})

test('an envelope is laid out as it is documented', () => {
  const blob = seal('a secret')
  expect(blob.subarray(0, 8)).toEqual(Buffer.from('\x01\x01\x05dek_1', 'latin1'))
  const [salt, nonce, commitment] = [blob.subarray(8, 40), blob.subarray(40, 52), blob.subarray(52, 84)]
  const derived = Buffer.from(hkdfSync('sha256', key, salt, 'sallyport/v1/account.credential', 64))
  expect(derived.subarray(32)).toEqual(commitment)
  const fields = ['\x01', 'org_a', 'production', 'account', 'acc_1', 'credential', 'dek_1', '1']
  const prefixed = fields.map((field) => `${String.fromCharCode(0, 0, 0, field.length)}${field}`).join('')
  const decipher = createDecipheriv('aes-256-gcm', derived.subarray(0, 32), nonce, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(prefixed, 'latin1')).setAuthTag(blob.subarray(-16))
  expect(decipher.update(blob.subarray(84, -16), undefined, 'utf8') + decipher.final('utf8')).toBe('a secret')
})

test('a generation that is not a whole number is refused', () => {
  for (const generation of [-1, 1.5, Number.NaN, 2 ** 53]) {
    expect(() => seal('x', { ...place, generation })).toThrow(RangeError)
  }
})
