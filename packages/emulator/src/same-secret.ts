import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares in a time that does not tell how much of the guess was right. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
