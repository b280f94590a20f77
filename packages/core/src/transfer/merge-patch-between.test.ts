import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergePatch } from '../merge-patch.ts'
import { mergePatchBetween } from './merge-patch-between.ts'

/** A merge patch cannot say null, and no object that is empty where there was none. */
const json = fc
  .dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.array(fc.string(), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('x', 'y'), tie('value'), { minKeys: 1 }),
      ),
    })).value,
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as object)

test('the patch between two documents makes the one of the other, and is none where they are the same', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const patch = mergePatchBetween(before, after)
      expect(mergePatch(before, patch ?? {})).toEqual(after)
      expect(mergePatchBetween(after, after)).toBeUndefined()
    }),
  )
})
