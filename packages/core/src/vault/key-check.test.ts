import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeKeyCheck, verifyKeyCheck } from './key-check.ts'
import { parseKeyRing } from './keyring.ts'
import type { OuterKeys } from './outer-keys.ts'
import { ringKeys } from './ring-keys.ts'

const one = randomBytes(32).toString('base64')
const two = randomBytes(32).toString('base64')

function keysOf(text: string): OuterKeys {
  const parsed = parseKeyRing(text)
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  return ringKeys(parsed.ring, { bytes: randomBytes })
}

test('a ring fits what it wrote, and still does when a key is added', async () => {
  const records = await makeKeyCheck(keysOf(`a:${one}`))
  expect(records.map(({ keyId }) => keyId)).toEqual(['a'])
  await verifyKeyCheck(keysOf(`a:${one}`), records)
  await verifyKeyCheck(keysOf(`b:${two},a:${one}`), records)
})

test('each key of the ring is checked', async () => {
  const records = await makeKeyCheck(keysOf(`b:${two},a:${one}`))
  expect(records.map(({ keyId }) => keyId)).toEqual(['b', 'a'])
  await expect(verifyKeyCheck(keysOf(`b:${two}`), records)).rejects.toThrow(
    'The database was written with the key "a", which the key ring lacks.',
  )
})

test('another key under the same id is told apart', async () => {
  const records = await makeKeyCheck(keysOf(`a:${one}`))
  await expect(verifyKeyCheck(keysOf(`a:${two}`), records)).rejects.toThrow(
    'The key "a" of the key ring is not the one that the database was written with.',
  )
})

test('a check that was copied to another key id does not pass', async () => {
  const [record] = await makeKeyCheck(keysOf(`a:${one}`))
  if (!record) throw new Error('no record')
  await expect(verifyKeyCheck(keysOf(`b:${one}`), [{ ...record, keyId: 'b' }])).rejects.toThrow(
    /is not the one/,
  )
})

test('a database with data but without a check is refused', async () => {
  await expect(verifyKeyCheck(keysOf(`a:${one}`), [])).rejects.toThrow(/no key check/)
})
