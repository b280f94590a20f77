import { hash } from 'node:crypto'
import { randomText } from '../id.ts'
import type { Random } from '../ports.ts'

/** Without those that are taken for one another. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'
const count = 10

/** Ten codes of 79 random bits, each good once, for whoever has lost their authenticator. */
export function newRecoveryCodes(random: Random): readonly string[] {
  return Array.from({ length: count }, () => {
    const text = randomText(random, 16, alphabet)
    return (text.match(/.{4}/g) ?? []).join('-')
  })
}

/** What is stored of a code; undefined for what cannot be one. Of its own kind: nothing else of ours has this digest. */
export function recoveryCodeDigest(personId: string, code: string): Buffer | undefined {
  const text = code.toLowerCase().replaceAll(/[\s-]/g, '')
  if (text.length !== 16) return undefined
  return hash('sha256', `sallyport recovery code\n${personId}\n${text}`, 'buffer')
}
