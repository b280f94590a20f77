import { expect, test } from 'vitest'
import { Nonces } from './nonces.ts'

test('of too many nonces, the one that was not renewed for longest is forgotten', () => {
  const nonces = new Nonces(2)
  for (const name of ['a', 'b', 'a', 'c']) nonces.set(name, `of ${name}`)
  expect(['a', 'b', 'c'].map((name) => nonces.get(name))).toEqual(['of a', undefined, 'of c'])
})
