import { createHash } from 'node:crypto'
import type { Random } from '../ports.ts'

/** The same bytes each time, so that a preview does not change while nothing else does. Never for what is sent. */
export function steadyRandom(): Random {
  let count = 0
  return {
    bytes(length) {
      count += 1
      return createHash('shake256', { outputLength: length }).update(String(count)).digest()
    },
  }
}
