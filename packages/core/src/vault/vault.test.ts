import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { DataKeyRecord } from '../ports.ts'
import { envelopeKeyId } from './envelope.ts'
import { generateKeyRing, parseKeyRing } from './keyring.ts'
import { ringKeys } from './ring-keys.ts'
import { createVault } from './vault.ts'

const hour = 3_600_000
const place = {
  organizationId: 'org_a',
  environment: 'production',
  table: 'account',
  rowId: 'acc_1',
  column: 'credential',
  generation: 1,
}

async function vaultWith(organizations: readonly string[]) {
  const random = { bytes: randomBytes }
  const parsed = parseKeyRing(generateKeyRing(random))
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  const records: DataKeyRecord[] = []
  const reads: string[] = []
  const time = { now: 1_000_000 }
  const vault = createVault({
    outerKeys: ringKeys(parsed.ring, random),
    random,
    clock: { now: () => time.now },
    dataKeys: {
      async get(organizationId, id) {
        reads.push(`get ${organizationId}`)
        return records.find((record) => record.organizationId === organizationId && record.id === id)
      },
      async active(organizationId) {
        reads.push(`active ${organizationId}`)
        return records.find((record) => record.organizationId === organizationId && record.state === 'active')
      },
      async audit(organizationId) {
        reads.push(`audit ${organizationId}`)
        return records.find((record) => record.organizationId === organizationId && record.state === 'audit')
      },
    },
  })
  records.push(...(await Promise.all(organizations.map((id) => vault.newDataKey(id)))))
  return { vault, records, reads, time }
}

test('text is opened where it was sealed', async () => {
  const { vault } = await vaultWith(['org_a'])
  const blob = await vault.seal('test', place, 'naïve ✓ 🔑')
  expect(await vault.open('test', place, blob)).toBe('naïve ✓ 🔑')
})

test('what one organization sealed does not open in another, whoever moves the row', async () => {
  const { vault } = await vaultWith(['org_a', 'org_b'])
  const blob = await vault.seal('test', place, 'x')
  const moved = vault.open('test', { ...place, organizationId: 'org_b' }, blob)
  await expect(moved).rejects.toMatchObject({ name: 'VaultError', code: 'unknown_key' })
})

test('a data key that was moved to another organization does not unwrap there', async () => {
  const { vault, records } = await vaultWith(['org_a'])
  records.push(...records.map((record) => ({ ...record, organizationId: 'org_b' })))
  const blob = await vault.seal('test', place, 'x')
  const opened = vault.open('test', { ...place, organizationId: 'org_b' }, blob)
  await expect(opened).rejects.toMatchObject({ code: 'tampered' })
})

test('a row in the clear is an error', async () => {
  const { vault, reads } = await vaultWith(['org_a'])
  const opened = vault.open('test', place, Buffer.from('{"token":"canary"}'))
  await expect(opened).rejects.toMatchObject({ code: 'not_an_envelope' })
  expect(reads).toEqual([])
})

test('a hundred concurrent first uses read the data key once', async () => {
  const { vault, reads } = await vaultWith(['org_a'])
  const blobs = await Promise.all(Array.from({ length: 100 }, () => vault.seal('test', place, 'x')))
  await Promise.all(blobs.map((blob) => vault.open('test', place, blob)))
  expect(reads).toEqual(['active org_a'])
})

test('a data key is unwrapped again after an hour, and when the clock was set back', async () => {
  const { vault, reads, time } = await vaultWith(['org_a'])
  const blob = await vault.seal('test', place, 'x')
  time.now += hour - 1
  await vault.open('test', place, blob)
  expect(reads).toEqual(['active org_a'])
  time.now += 1
  await vault.open('test', place, blob)
  expect(reads).toEqual(['active org_a', 'get org_a'])
  time.now -= hour
  await vault.open('test', place, blob)
  expect(reads).toEqual(['active org_a', 'get org_a', 'get org_a'])
})

test('a data key that is dead, missing or unreadable is an error, and is asked for anew', async () => {
  const { vault, records, time } = await vaultWith(['org_a'])
  const blob = await vault.seal('test', place, 'x')
  const stored = records.splice(0)
  time.now += hour
  await expect(vault.open('test', place, blob)).rejects.toMatchObject({ code: 'unknown_key' })
  records.push(...stored.map((record) => ({ ...record, state: 'dead' as const })))
  await expect(vault.open('test', place, blob)).rejects.toMatchObject({ code: 'retired_key' })
  records.splice(0, 1, ...stored)
  expect(await vault.open('test', place, blob)).toBe('x')
  time.now += hour
  records.splice(0)
  await expect(vault.seal('test', place, 'x')).rejects.toMatchObject({ code: 'unknown_key' })
})

test('a data key that no longer seals still opens what it sealed', async () => {
  const { vault, records } = await vaultWith(['org_a'])
  const blob = await vault.seal('test', place, 'x')
  records.splice(0, 1, ...records.map((record) => ({ ...record, state: 'decrypt' as const })))
  records.push(await vault.newDataKey('org_a'))
  expect(await vault.open('test', place, blob)).toBe('x')
})

test('a key that became active seals within a second', async () => {
  const { vault, records, time } = await vaultWith(['org_a'])
  const before = envelopeKeyId(await vault.seal('test', place, 'x'))
  records.splice(0, 1, ...records.map((record) => ({ ...record, state: 'decrypt' as const })))
  records.push(await vault.newDataKey('org_a'))
  time.now += 1000
  const after = envelopeKeyId(await vault.seal('test', place, 'x'))
  expect(after).not.toBe(before)
  expect(after).toBe(records[1]?.id)
})

test('who holds a key seals with it also when the store is out of reach, and others do not', async () => {
  const { vault, records, time } = await vaultWith(['org_a'])
  const held = await vault.holding('org_a')
  const [record] = records.splice(0)
  time.now += 1000
  expect(envelopeKeyId(await held.seal('test', place, 'x'))).toBe(record?.id)
  await expect(vault.seal('test', place, 'x')).rejects.toMatchObject({ code: 'unknown_key' })
})

test('what is sealed anew opens in its place alone, under the other key', async () => {
  const { vault, records } = await vaultWith(['org_a'])
  const blob = await vault.seal('test', place, 'x')
  records.splice(0, 1, ...records.map((record) => ({ ...record, state: 'decrypt' as const })))
  const next = await vault.newDataKey('org_a')
  records.push(next)
  const anew = await vault.reseal('test', place, blob, next.id)
  expect(envelopeKeyId(anew)).toBe(next.id)
  expect(await vault.open('test', place, anew)).toBe('x')
  const elsewhere = { ...place, generation: 2 }
  await expect(vault.open('test', elsewhere, anew)).rejects.toMatchObject({ code: 'tampered' })
  await expect(vault.reseal('test', elsewhere, blob, next.id)).rejects.toMatchObject({ code: 'tampered' })
})

test('more organizations than are remembered still open what they sealed', async () => {
  const names = Array.from({ length: 1100 }, (_, index) => `org_${index}`)
  const { vault, reads } = await vaultWith(names)
  for (const organizationId of names) await vault.seal('test', { ...place, organizationId }, 'x')
  expect(reads).toHaveLength(1100)
  await vault.seal('test', { ...place, organizationId: 'org_1099' }, 'x')
  expect(reads).toHaveLength(1100)
  await vault.seal('test', { ...place, organizationId: 'org_0' }, 'x')
  expect(reads).toHaveLength(1101)
})
