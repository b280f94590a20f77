import { expect, test } from 'vitest'
import { nextTurn } from './next-turn.ts'

test('all who wait in one turn go on together, after what had arrived, and the next wait for another turn', async () => {
  const order: string[] = []
  const note = (what: string) => () => void order.push(what)
  const first = [nextTurn().then(note('one')), nextTurn().then(note('two'))]
  setImmediate(note('arrived later'))
  await Promise.resolve().then(note('had arrived'))
  await Promise.all(first)
  await nextTurn().then(note('next turn'))
  expect(order).toEqual(['had arrived', 'one', 'two', 'arrived later', 'next turn'])
})
