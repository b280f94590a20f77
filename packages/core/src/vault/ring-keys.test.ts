import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseKeyRing } from './keyring.ts'
import { type OuterKeys, outerKeyIdOf } from './outer-keys.ts'
import { ringKeys } from './ring-keys.ts'

const owner = { organizationId: 'org_a', id: 'dek_1' }

function keysOf(text: string): OuterKeys {
  const parsed = parseKeyRing(text)
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  return ringKeys(parsed.ring, { bytes: randomBytes })
}

describe('a wrapped data key', () => {
  const first = `k1:${randomBytes(32).toString('base64')}`
  const second = `k2:${randomBytes(32).toString('base64')}`

  test('is wrapped with the newest key, and unwrapped with the one it was wrapped with', async () => {
    const dataKey = randomBytes(32)
    const wrapped = await keysOf(first).wrap(owner, dataKey)
    const turned = keysOf(`${second},${first}`)
    expect((await turned.unwrap(owner, wrapped)).export()).toEqual(dataKey)
    expect(outerKeyIdOf(await turned.wrap(owner, dataKey))).toBe('k2')
    await expect(keysOf(second).unwrap(owner, wrapped)).rejects.toThrow('The key ring lacks the key "k1"')
  })

  test('tells the id of its outer key without being opened', async () => {
    expect(outerKeyIdOf(await keysOf(first).wrap(owner, randomBytes(32)))).toBe('k1')
    for (const other of [Buffer.alloc(0), Buffer.alloc(200), Buffer.from('{"a":1}')]) {
      expect(() => outerKeyIdOf(other)).toThrow(/no data key that this program wrapped/)
    }
  })

  test('does not unwrap for another organization or under another id', async () => {
    const wrapped = await keysOf(first).wrap(owner, randomBytes(32))
    for (const other of [{ organizationId: 'org_b' }, { id: 'dek_2' }]) {
      await expect(keysOf(first).unwrap({ ...owner, ...other }, wrapped)).rejects.toThrow(/changed, or moved/)
    }
  })

  test('of another length is none', async () => {
    const keys = keysOf(first)
    await expect(keys.unwrap(owner, await keys.wrap(owner, randomBytes(31)))).rejects.toThrow('32 bytes')
  })
})
