import type { Clock, Random } from './ports.ts'

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Prefixes of ids, by what they name. */
export type IdPrefix =
  | 'acc'
  | 'int'
  | 'ocl'
  | 'app'
  | 'opr'
  | 'key'
  | 'org'
  | 'dek'
  | 'flw'
  | 'cnl'
  | 'rev'
  | 'rvr'
  | 'rcp'
  | 'trc'
  | 'whk'
  | 'req'
  | 'run'
  | 'ans'
  | 'ins'
  | 'usr'
  | 'ses'
  | 'aud'
  | 'rol'
  | 'inv'
  | 'idp'
  | 'sof'
  | 'bak'
  | 'rot'

/** `acc_` + nine characters of time + 16 random ones: ids sort by age. */
export function newId(prefix: IdPrefix, ports: { readonly clock: Clock; readonly random: Random }): string {
  const time = ports.clock.now().toString(36).padStart(9, '0')
  return `${prefix}_${time}${randomText(ports.random, 16, alphabet)}`
}

/** Uniform random text: bytes that would favour some characters are thrown away. */
export function randomText(random: Random, length: number, characters: string): string {
  const limit = 256 - (256 % characters.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < limit && text.length < length) text += characters[byte % characters.length]
    }
  }
  return text
}
