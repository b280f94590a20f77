import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Frames, goingAway } from './frames.ts'

/** A frame as RFC 6455 §5.2 writes it. */
function frame(length: number, masked: boolean): Buffer {
  const mask = masked ? 0x80 : 0
  const size =
    length < 126
      ? Buffer.from([mask | length])
      : length < 65_536
        ? Buffer.from([mask | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([mask | 127, 0, 0, 0, 0]), uint32(length)])
  // A payload of what could be taken for headers.
  return Buffer.concat([Buffer.from([0x82]), size, Buffer.alloc(masked ? 4 : 0), Buffer.alloc(length, 0x88)])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

describe('Frames', () => {
  test('knows where one ends and the next has not begun, however they are cut into chunks', () => {
    const lengths = fc.oneof(fc.nat(200), fc.constantFrom(0, 125, 126, 127, 65_535, 65_536, 70_000))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(lengths, fc.boolean()), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (all, seed) => {
          const frames = all.map(([length, masked]) => frame(length, masked))
          const bytes = Buffer.concat(frames)
          let end = 0
          const ends = new Set([0, ...frames.map(({ length }) => (end += length))])
          const followed = new Frames()
          for (let at = 0; at < bytes.length; ) {
            expect([at, followed.isBetween]).toEqual([at, ends.has(at)])
            const step = 1 + ((seed * (at + 7)) % (at % 2 ? 5 : 40_000))
            followed.pass(bytes.subarray(at, at + step))
            at += step
          }
          expect(followed.isBetween).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('what says goodbye is a whole frame', () => {
    for (const masked of [true, false]) {
      const followed = new Frames()
      followed.pass(goingAway({ masked }))
      expect(followed.isBetween).toBe(true)
      expect(goingAway({ masked }).subarray(-2).readUInt16BE()).toBe(1001)
    }
  })
})
