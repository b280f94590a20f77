import { expect, test } from 'vitest'
import { encodeFrame, FrameReader } from './frames.ts'

const frames = [
  { head: { kind: 'done' }, body: '{"a":"é"}' },
  { head: [], body: '' },
  { head: 'x', body: 'y'.repeat(5000) },
]
const bytes = Buffer.concat(frames.map(({ head, body }) => encodeFrame(head, body)))

test.each([1, 3, 7, 11, 4096, 100_000])(
  'frames come whole, however they are cut: %d bytes at once',
  (size) => {
    const reader = new FrameReader()
    const read = []
    for (let at = 0; at < bytes.length; at += size) read.push(...reader.read(bytes.subarray(at, at + size)))
    expect(read.map(({ head, body }) => ({ head, body: body.toString() }))).toEqual(frames)
  },
)

test('a frame that is announced longer than may be is refused before it has come', () => {
  const long = encodeFrame('x', 'y'.repeat(2000))
  expect(() => new FrameReader(1000).read(long.subarray(0, 8))).toThrow(RangeError)
  expect(new FrameReader(3000).read(long)).toHaveLength(1)
})
