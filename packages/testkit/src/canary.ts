import { randomBytes } from 'node:crypto'

const names = new Map<string, string>()

/** A value nobody can guess, remembered by its name; put it where a secret goes and look for it elsewhere. */
export function canary(name: string): string {
  const value = `canary${randomBytes(20).toString('hex')}`
  names.set(value, name)
  return value
}

/**
 * The names of the canaries found in what was written, sent or stored: as they are, in base64 or base64url
 * (alone or inside something larger), in hex, percent-encoded or escaped as in JSON.
 */
export function findCanaries(haystack: string | Uint8Array): string[] {
  const raw = typeof haystack === 'string' ? haystack : Buffer.from(haystack).toString('latin1')
  const plain = unescaped(unescaped(raw))
  const lowerCase = plain.toLowerCase()
  const found = new Set<string>()
  for (const [value, name] of names) {
    if (found.has(name)) continue
    const inHex = lowerCase.includes(Buffer.from(value).toString('hex'))
    if (plain.includes(value) || inHex || base64Cores(value).some((core) => plain.includes(core)))
      found.add(name)
  }
  return [...found]
}

// Twice, as a form inside a form or JSON inside JSON is escaped twice.
function unescaped(text: string): string {
  return text
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => character(code))
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => character(code))
    .replace(/\\(["\\/])/g, '$1')
}

function character(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16))
}

// Base64 of a value depends on how many bytes stand before it, modulo three. Only the characters in the
// middle are the value's alone. A canary is ASCII letters and digits, whose base64 has neither + nor /,
// so that base64url reads the same.
function base64Cores(value: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]).toString('base64')
    const whole = Math.floor((before + value.length) / 3) * 4
    return encoded.slice(before === 0 ? 0 : 4, whole)
  })
}
