import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSame } from './draft.ts'
import { patchBetween, patched } from './merge-patch.ts'

test.each([
  ['a value that changed', { a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }],
  ['null for what is gone', { a: 1, b: 2 }, { a: 1 }, { b: null }],
  [
    'what differs within an object',
    { a: { x: 1, y: 2 } },
    { a: { x: 1, y: 3, z: 4 } },
    { a: { y: 3, z: 4 } },
  ],
  ['a list as a whole', { a: [1, 2] }, { a: [1, 3] }, { a: [1, 3] }],
  ['an object in place of a text', { a: 'x' }, { a: { b: 1 } }, { a: { b: 1 } }],
  ['nothing where only the order differs', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, {}],
])('a patch says %s', (_, before, after, patch) => {
  expect(patchBetween(before, after)).toEqual(patch)
})

test('a patch makes of one definition the other, whatever they are, unless null is to be written', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(fc.string(), fc.oneof({ depthSize: 'small' }, leaf, tie('tree'))),
  }))
  const json = tree as fc.Arbitrary<Record<string, unknown>>
  fc.assert(
    fc.property(json, json, (before, after) => {
      expect(isSame(patched(before, patchBetween(before, after)), after)).toBe(true)
    }),
  )
})
