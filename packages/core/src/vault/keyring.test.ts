import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { generateKeyRing, type KeyRing, parseKeyRing } from './keyring.ts'

const random = { bytes: randomBytes }

function ringOf(text: string): KeyRing {
  const parsed = parseKeyRing(text)
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  return parsed.ring
}

function faultsOf(text: string): readonly string[] {
  const parsed = parseKeyRing(text)
  return 'faults' in parsed ? parsed.faults : []
}

describe('a key ring', () => {
  test('is read newest first, in base64 or base64url, padded or not', () => {
    const bytes = Buffer.alloc(32, 0xfb)
    const other = Buffer.alloc(32, 0xff)
    const base64 = bytes.toString('base64')
    expect(base64).toMatch(/[+/].*=$/)
    const ring = ringOf(` new:${base64} ,\nold-1:${other.toString('base64url')}\n`)
    expect(ring.ids).toEqual(['new', 'old-1'])
    expect(ring.key('new')?.export()).toEqual(bytes)
    expect(ring.key('old-1')?.export()).toEqual(other)
    expect(
      ringOf(`a:${bytes.toString('base64url')}=`)
        .key('a')
        ?.export(),
    ).toEqual(bytes)
  })

  const key = Buffer.alloc(32, 7).toString('base64')
  const another = Buffer.alloc(32, 8).toString('base64')
  test.each([
    ['', 'key 1 is not of the form id:key'],
    [key, 'key 1 is not of the form id:key'],
    [`${key}:${another}`, 'key 1 has an id that is not 1 to 32 letters, digits, _ or -'],
    [`:${key}`, 'key 1 has an id that is not 1 to 32 letters, digits, _ or -'],
    [`a:${key},`, 'key 2 is not of the form id:key'],
    [`a:${Buffer.alloc(31).toString('base64')}`, 'key 1 is not 32 bytes in base64 or base64url'],
    [`a:${Buffer.alloc(33).toString('base64')}`, 'key 1 is not 32 bytes in base64 or base64url'],
    [`a:${key}A`, 'key 1 is not 32 bytes in base64 or base64url'],
    [`a: ${key}`, 'key 1 is not 32 bytes in base64 or base64url'],
    [`a:${key.slice(0, 20)} ${key.slice(20)}`, 'key 1 is not 32 bytes in base64 or base64url'],
    [`a:+-${'A'.repeat(41)}`, 'key 1 is not 32 bytes in base64 or base64url'],
    [`a:${'A'.repeat(42)}B=`, 'key 1 is not 32 bytes in base64 or base64url'],
    [`a:${key},b:${another},a:${another}`, 'key 3 repeats the id of an earlier one'],
    [`a:${key},b:${key}`, 'key 2 repeats an earlier one under another id'],
  ])('with a fault is refused by position, never by content: %#', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault])
  })

  test('reports all its faults at once', () => {
    expect(faultsOf('a,b:short')).toHaveLength(2)
  })

  test('that was generated can be read, and is new each time', () => {
    const text = generateKeyRing(random)
    expect(ringOf(text).ids).toHaveLength(1)
    expect(generateKeyRing(random)).not.toBe(text)
  })

  test('does not print its keys', () => {
    const bytes = randomBytes(32)
    const ring = ringOf(`a:${bytes.toString('base64')}`)
    const prints = [inspect(ring, { depth: 9, showHidden: true }), JSON.stringify({ ring }), `${ring}`]
    expect(prints).toEqual(['[key ring]', '{"ring":"[key ring]"}', '[key ring]'])
    expect(inspect(ring.key('a'), { depth: 9, showHidden: true })).not.toContain(
      bytes.toString('hex').slice(0, 4),
    )
  })
})
