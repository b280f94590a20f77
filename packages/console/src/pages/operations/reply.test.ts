import { expect, test } from 'vitest'
import { anyStatus, capped, endOf, pagesIn, pretty, replyIn } from './reply.ts'

test('an output is shown as a reply only where it is one', () => {
  const reply = { status: 200, headers: { a: 'b' }, body: null }
  expect(replyIn(reply)).toEqual(reply)
  for (const other of [
    undefined,
    null,
    [],
    'text',
    { status: 200 },
    { ...reply, more: 1 },
    { ...reply, status: 'ok' },
  ])
    expect(replyIn(other)).toBeUndefined()
})

test('pages say how many there were and how they ended', () => {
  expect(pagesIn({ items: [1] })).toBeUndefined()
  const told = [
    { items: [1], pages: 1 },
    { items: [1, 2], pages: 2, resume: 'x' },
    { items: [], pages: 2, resume: 'x', error: { message: 'It broke.' } },
  ].map((output) => endOf(pagesIn(output) ?? { items: [], pages: 0 }))
  expect(told).toEqual([
    '1 item of 1 page, to the end of the list.',
    '2 items of 2 pages; there are more, as the most pages that may be read were read.',
    '0 items of 2 pages; the page after that failed: It broke.',
  ])
})

test('a large text is cut, and says by how much', () => {
  expect(capped('short')).toEqual({ text: 'short', left: 0 })
  const { text, left } = capped('x'.repeat(100_007))
  expect([text.length, left]).toEqual([100_000, 7])
})

test('JSON is laid out, and a text stays as it came', () => {
  expect([pretty({ a: 1 }), pretty('{"a":1}'), pretty(undefined)]).toEqual(['{\n  "a": 1\n}', '{"a":1}', ''])
})

test('no more statuses are named than a step takes', () => {
  expect(anyStatus.length).toBeLessThanOrEqual(100)
  expect([200, 204, 302, 404, 429, 451, 503].every((status) => anyStatus.includes(status))).toBe(true)
})
