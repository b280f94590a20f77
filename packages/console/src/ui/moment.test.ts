import { expect, test } from 'vitest'
import { distance } from './moment.tsx'

test.each([
  [0, 'just now'],
  [30_000, 'in less than a minute'],
  [-59_000, 'just now'],
  [-60_000, '1 minute ago'],
  [7_200_000, 'in 2 hours'],
  [86_400_000, 'tomorrow'],
  [-172_800_000, '2 days ago'],
])('%i milliseconds from now are told as %s', (difference, words) => {
  expect(distance(difference, 0)).toBe(words)
})
