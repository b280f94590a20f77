import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StoredAudit } from '../ports.ts'
import { canonicalJson } from './canonical-json.ts'
import { chainWith, contentHash, firstHash } from './chain.ts'
import { exportedEntry } from './view.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 6 })
const maybe = fc.option(text, { nil: undefined })
const entries: fc.Arbitrary<StoredAudit> = fc.record({
  organizationId: text,
  id: text,
  at: fc.nat({ max: 4_000_000_000_000 }),
  actor: fc.record({ kind: fc.constantFrom('key', 'person', 'operator', 'system'), id: maybe }),
  address: maybe,
  action: text,
  target: fc.record({ kind: text, id: text, name: maybe }),
  changes: fc
    .array(fc.record({ field: text, before: fc.jsonValue(), after: fc.jsonValue() }), { maxLength: 3 })
    .map((changes) => JSON.stringify(changes)),
})

test('no two entries that differ are hashed as the same text, and equal ones are', () => {
  const encoded = (entry: StoredAudit) => canonicalJson(exportedEntry(entry))
  fc.assert(
    fc.property(entries, entries, (one, other) => {
      const isSame = JSON.stringify(exportedEntry(one)) === JSON.stringify(exportedEntry(other))
      expect(encoded(one) === encoded(other)).toBe(isSame)
      expect(encoded(one)).toBe(encoded(structuredClone(one)))
    }),
    { numRuns: 300 },
  )
  // Neighbours: the same characters, shifted from one field to the next.
  fc.assert(
    fc.property(entries, text, text, text, (entry, a, b, c) => {
      fc.pre(b !== '')
      const shifted = (id: string, name: string) => encoded({ ...entry, target: { kind: a, id, name } })
      expect(shifted(a + b, c)).not.toBe(shifted(a, b + c))
    }),
  )
})

test('whatever text was hashed reads back as the entry', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      expect(JSON.parse(canonicalJson(exportedEntry(entry)))).toEqual(
        JSON.parse(JSON.stringify(exportedEntry(entry))),
      )
    }),
    { numRuns: 300 },
  )
})

describe('canonical JSON', () => {
  // RFC 8785, sections 3.2.2 and 3.2.3.
  test('is that of the examples of RFC 8785', () => {
    const literals = {
      // biome-ignore lint/correctness/noPrecisionLoss: as the RFC has it
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(literals)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    const names = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect([...canonicalJson(names).matchAll(/:"(\w+)/g)].map(([, word]) => word)).toEqual([
      'Carriage',
      'One',
      'Control',
      'Latin',
      'Euro',
      'Emoji',
      'Hebrew',
    ])
  })
})

test('a link depends on all that it follows, and its MAC on the key', () => {
  const entry: StoredAudit = {
    ...{ organizationId: 'org_a', id: 'aud_1', at: 0, address: undefined, action: 'a', changes: '[]' },
    actor: { kind: 'system', id: undefined },
    target: { kind: 't', id: 'i', name: undefined },
  }
  const key = createSecretKey(randomBytes(32))
  const first = chainWith(key)(entry, firstHash)
  expect(chainWith(key)(entry, firstHash)).toEqual(first)
  expect(chainWith(key)(entry, first.hash).hash).not.toBe(first.hash)
  const others = chainWith(createSecretKey(randomBytes(32)))(entry, firstHash)
  expect(others.hash).toBe(first.hash)
  expect(others.mac).not.toBe(first.mac)
  expect(contentHash(exportedEntry(entry)).length).toBe(32)
})
