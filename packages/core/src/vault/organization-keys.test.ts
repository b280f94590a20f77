import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { generateKeyRing, parseKeyRing } from './keyring.ts'
import { type OrganizationKeys, ringAndOrganizationKeys } from './organization-keys.ts'
import { outerKeyIdOf } from './outer-keys.ts'
import { ringKeys } from './ring-keys.ts'

const random = { bytes: randomBytes }
const owner = { organizationId: 'org_a', id: 'dek_1' }
const other = { organizationId: 'org_b', id: 'dek_2' }

function inMemory(keys = new Map<string, KeyObject>()): OrganizationKeys {
  return {
    get: async (name) => keys.get(name),
    async make(name) {
      const key = keys.get(name) ?? createSecretKey(randomBytes(32))
      keys.set(name, key)
      return key
    },
    async destroy(name) {
      keys.delete(name)
    },
  }
}

function newRing(older = '') {
  const text = `${generateKeyRing(random)}${older && `,${older}`}`
  const parsed = parseKeyRing(text)
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  return { text, ring: parsed.ring }
}

test('a data key needs the ring’s key and its organization’s, and no other’s', async () => {
  const { ring } = newRing()
  const own = inMemory()
  const keys = ringAndOrganizationKeys(ring, own, random)
  const dataKey = randomBytes(32)
  const [wrapped, others] = [await keys.wrap(owner, dataKey), await keys.wrap(other, dataKey)]
  expect(outerKeyIdOf(wrapped)).toBe(`${ring.ids[0]}.organization`)
  expect((await keys.unwrap(owner, wrapped)).export()).toEqual(dataKey)
  const withAnotherRing = ringAndOrganizationKeys(newRing().ring, own, random)
  await expect(withAnotherRing.unwrap(owner, wrapped)).rejects.toThrow('The key ring lacks the key')
  const withOtherKeys = ringAndOrganizationKeys(ring, inMemory(), random)
  await expect(withOtherKeys.unwrap(owner, wrapped)).rejects.toMatchObject({ code: 'unknown_key' })
  await expect(keys.unwrap({ ...owner, id: 'dek_2' }, wrapped)).rejects.toMatchObject({ code: 'tampered' })
  await keys.shred('org_a')
  await expect(keys.unwrap(owner, wrapped)).rejects.toMatchObject({ code: 'unknown_key' })
  await keys.wrap(owner, dataKey)
  await expect(keys.unwrap(owner, wrapped)).rejects.toMatchObject({ code: 'wrong_key' })
  await keys.unwrap(other, others)
})

test('what the ring wrapped before organizations had keys is unwrapped, and wrapped again with both', async () => {
  const { ring, text } = newRing()
  const before = await ringKeys(ring, random).wrap(owner, randomBytes(32))
  const keys = ringAndOrganizationKeys(newRing(text).ring, inMemory(), random)
  const again = await keys.wrap(owner, (await keys.unwrap(owner, before)).export())
  expect([outerKeyIdOf(before), outerKeyIdOf(again)]).toEqual([ring.ids[0], keys.currentId])
  expect((await keys.unwrap(owner, again)).export()).toEqual((await keys.unwrap(owner, before)).export())
})

test('what is of no organization needs none of their keys', async () => {
  const { ring } = newRing()
  const wrapped = await ringAndOrganizationKeys(ring, inMemory(), random).wrap(
    { organizationId: '', id: 'bak_1' },
    randomBytes(32),
  )
  await ringKeys(ring, random).unwrap({ organizationId: '', id: 'bak_1' }, wrapped)
})

test('other keys of organizations than the database was written with are told at start (E4)', async () => {
  const { ring } = newRing()
  const own = inMemory()
  const keys = ringAndOrganizationKeys(ring, own, random)
  for (const id of keys.ids) await keys.openCheck(id, await keys.sealCheck(id))
  const check = await keys.sealCheck(keys.currentId)
  const without = ringAndOrganizationKeys(ring, inMemory(), random)
  await expect(without.openCheck(keys.currentId, check)).rejects.toMatchObject({ code: 'unknown_key' })
  const others = inMemory()
  await others.make('check')
  const wrong = ringAndOrganizationKeys(ring, others, random)
  await expect(wrong.openCheck(keys.currentId, check)).rejects.toMatchObject({ code: 'wrong_key' })
})
