import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { randomText } from '../id.ts'
import type { Random } from '../ports.ts'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shape = /^sp_([A-Za-z0-9]{1,64})_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}_([0-9A-Za-z]{6})$/

/** A key as it is shown, once, and what is stored of it. */
export interface NewKey {
  readonly text: string
  readonly lookup: string
  readonly digest: Buffer
}

/** `sp_<environment|org>_<id12>_<secret43>_<crc6>`: 256 bits of secret, so a plain digest is enough (K1). */
export function newApiKey(
  random: Random,
  environment: string,
  lookup = randomText(random, 12, base62),
): NewKey {
  const body = `sp_${environment}_${lookup}_${randomText(random, 43, base62)}`
  const text = `${body}_${checksum(body)}`
  return { text, lookup, digest: digestOf(text) }
}

/** The part that a key is found by; undefined when it was never ours, which costs no look-up. */
export function lookupOf(text: string): string | undefined {
  const match = shape.exec(text)
  if (!match || match[3] !== checksum(text.slice(0, text.lastIndexOf('_')))) return undefined
  return match[2]
}

/** What a key says of itself between its first two marks: its environment, or `org`. */
export function environmentIn(text: string): string | undefined {
  return shape.exec(text)?.[1]
}

/** SHA-256 of a key: what is stored and compared. */
export function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

function checksum(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let place = 0; place < 6; place += 1) {
    text = base62.charAt(rest % 62) + text
    rest = Math.floor(rest / 62)
  }
  return text
}
