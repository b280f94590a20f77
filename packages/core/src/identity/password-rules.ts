import type { Fault } from '@sallyport/contract'
import { commonPasswords, commonWords } from './common-passwords.ts'
import { normalPassword } from './password-hashing.ts'

export const shortestPassword = 12
export const longestPassword = 256

/** Whose password it is to be. */
export interface PasswordOwner {
  readonly email: string
  readonly name: string
}

/**
 * What speaks against a new password, with where it stands in the input: its length, that it is among the first that
 * anybody tries, or that it is what everybody knows of its owner. No rule asks for kinds of characters (NIST SP 800-63B §3.1.1.2).
 */
export function passwordFaults(password: string, owner: PasswordOwner, path = '/password'): readonly Fault[] {
  const text = normalPassword(password)
  const length = [...text].length
  const fault = (code: string, message: string) => [{ path, code, message }]
  if (length < shortestPassword) {
    return fault(
      'too_short',
      `Choose at least ${shortestPassword} characters. A few words are a good password.`,
    )
  }
  if (length > longestPassword) return fault('too_long', `Choose at most ${longestPassword} characters.`)
  if (isOwners(text, owner)) {
    return fault(
      'guessable',
      'This is your own name or e-mail address. Choose something that nobody guesses.',
    )
  }
  if (isCommon(text)) {
    return fault('guessable', 'This is among the first passwords that anybody tries. Choose another.')
  }
  return []
}

function isOwners(text: string, { email, name }: PasswordOwner): boolean {
  const bare = letters(text)
  const [local = '', host = ''] = email.split('@')
  const known = [email, local, name, `${local}@${host.split('.')[0]}`, `${name}${local}`, 'sallyport']
  return known.map(letters).some((each) => each.length >= 3 && isRepeated(bare, each))
}

function isCommon(text: string): boolean {
  const folded = text.toLowerCase()
  if (new Set(folded).size < 5 || isSequence(folded) || commonPasswords.has(folded)) return true
  const bare = letters(folded)
  return [...commonWords].some((word) => isRepeated(bare, word))
}

/** What is left of a text without digits and signs, those that stand for letters put back. */
function letters(text: string): string {
  const substitutes: Readonly<Record<string, string>> = { '@': 'a', $: 's', '0': 'o', '3': 'e', '4': 'a' }
  const written = text.toLowerCase().replace(/[@$034](?=\p{L})/gu, (sign) => substitutes[sign] ?? sign)
  return written.replace(/[^\p{L}]/gu, '')
}

function isRepeated(text: string, part: string): boolean {
  return text.length > 0 && text.length % part.length === 0 && text === part.repeat(text.length / part.length)
}

/** Each character follows the one before it in the same direction: 1234…, zyxw…. */
function isSequence(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0)
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)))
  // From 9 to 0, and back.
  for (const wrap of [9, -9]) if (steps.size > 1) steps.delete(wrap)
  return steps.size === 1 && [...steps].every((step) => Math.abs(step) === 1)
}
