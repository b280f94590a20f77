import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeKeyCheck, verifyKeyCheck } from './key-check.ts'
import { type KeyRing, parseKeyRing } from './keyring.ts'

const random = { bytes: randomBytes }
const one = randomBytes(32).toString('base64')
const two = randomBytes(32).toString('base64')

function ringOf(text: string): KeyRing {
  const parsed = parseKeyRing(text)
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  return parsed.ring
}

test('a ring fits what it wrote, and still does when a key is added', () => {
  const records = makeKeyCheck(ringOf(`a:${one}`), random)
  expect(records.map(({ keyId }) => keyId)).toEqual(['a'])
  expect(() => verifyKeyCheck(ringOf(`a:${one}`), records)).not.toThrow()
  expect(() => verifyKeyCheck(ringOf(`b:${two},a:${one}`), records)).not.toThrow()
})

test('each key of the ring is checked', () => {
  const records = makeKeyCheck(ringOf(`b:${two},a:${one}`), random)
  expect(records.map(({ keyId }) => keyId)).toEqual(['b', 'a'])
  expect(() => verifyKeyCheck(ringOf(`b:${two}`), records)).toThrow(
    'The database was written with the key "a", which the key ring lacks.',
  )
})

test('another key under the same id is told apart', () => {
  const records = makeKeyCheck(ringOf(`a:${one}`), random)
  expect(() => verifyKeyCheck(ringOf(`a:${two}`), records)).toThrow(
    'The key "a" of the key ring is not the one that the database was written with.',
  )
})

test('a check that was copied to another key id does not pass', () => {
  const [record] = makeKeyCheck(ringOf(`a:${one}`), random)
  if (!record) throw new Error('no record')
  expect(() => verifyKeyCheck(ringOf(`b:${one}`), [{ ...record, keyId: 'b' }])).toThrow(/is not the one/)
})

test('a database with data but without a check is refused', () => {
  expect(() => verifyKeyCheck(ringOf(`a:${one}`), [])).toThrow(/no key check/)
})
