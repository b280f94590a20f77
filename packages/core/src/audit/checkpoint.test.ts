import { createHash, createPublicKey, createSecretKey, randomBytes, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { chainWith, firstHash } from './chain.ts'
import { checkpointSigner, isSigned } from './checkpoint.ts'
import { auditLine, checkpointLine } from './export.ts'

const standing = { organizationId: 'org_a', sequence: 12, hash: firstHash, at: Date.UTC(2026, 6, 1) }

test('a checkpoint is signed as docs/audit.md says, by a key that is always the same', () => {
  const key = createSecretKey(randomBytes(32))
  const checkpoint = checkpointSigner(key).sign(standing)
  const { organization, sequence, hash, at, publicKey, signature } = checkpointLine(checkpoint)
  expect(checkpointSigner(key).publicKey).toBe(publicKey)
  const text = ['sallyport audit checkpoint 1', organization, sequence, hash, at, ''].join('\n')
  const der = { key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' } as const
  expect(verify(null, Buffer.from(text), createPublicKey(der), Buffer.from(signature, 'base64'))).toBe(true)
})

test('a checkpoint of which anything was changed is not signed', () => {
  const checkpoint = checkpointSigner(createSecretKey(randomBytes(32))).sign(standing)
  const other = checkpointSigner(createSecretKey(randomBytes(32)))
  expect(isSigned(checkpoint)).toBe(true)
  for (const change of [
    { organizationId: 'org_b' },
    { sequence: 13 },
    { hash: `${firstHash.slice(0, -2)}B=` },
    { at: standing.at + 1 },
    { publicKey: other.publicKey },
    { publicKey: 'AAAA' },
    { signature: other.sign(standing).signature },
    { signature: '' },
  ]) {
    expect(isSigned({ ...checkpoint, ...change }), JSON.stringify(change)).toBe(false)
  }
})

test('a line is hashed as docs/audit.md says', () => {
  const stored = {
    ...{ organizationId: 'org_a', id: 'aud_1', at: standing.at, address: '192.0.2.9', action: 'key.created' },
    actor: { kind: 'key', id: 'key_1' } as const,
    target: { kind: 'key', id: 'key_2', name: 'CI' },
    changes: '[{"field":"/name","after":"CI"}]',
  }
  const chained = {
    ...stored,
    sequence: 1,
    ...chainWith(createSecretKey(randomBytes(32)))(stored, firstHash),
  }
  const { sequence: _, hash, mac: __, ...content } = auditLine(chained)
  // Written out by hand, names in their order.
  const text =
    '{"action":"key.created","actor":{"id":"key_1","kind":"key"},"address":"192.0.2.9","at":"2026-07-01T00:00:00.000Z",' +
    '"changes":[{"after":"CI","field":"/name"}],"id":"aud_1","organization":"org_a",' +
    '"target":{"id":"key_2","kind":"key","name":"CI"}}'
  expect(JSON.parse(text)).toEqual(content)
  const digest = (...parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  expect(digest(Buffer.alloc(32), digest(Buffer.from(text))).toString('base64')).toBe(hash)
})
