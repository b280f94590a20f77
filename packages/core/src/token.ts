import { createHash } from 'node:crypto'
import type { Random } from './ports.ts'

/** 256 random bits for a URL or a cookie. */
export function newToken(random: Random): string {
  return random.bytes(32).toString('base64url')
}

/** Whether a text has the shape of such a token. */
export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/** What is stored of such a token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
