import { z } from 'zod'

/** First words of placeholders that Sallyport fills itself; no parameter may bear one. */
export const reservedWords = [
  'token',
  'client',
  'jwt',
  'code',
  'codeVerifier',
  'redirectUri',
  'scope',
  'secret',
  'kept',
  'profile',
] as const

/** What a value may be where it stands: one DNS label, a whole host, a whole URL, or text. */
export const ParameterKind = z.enum(['label', 'host', 'url', 'text'])
export type ParameterKind = z.infer<typeof ParameterKind>

/** A value asked for when an account is connected, usable in the definition as `{name}`. */
export const Parameter = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be a letter or _, then letters, digits or _')
    .refine((name) => !isReserved(name), 'is a reserved word; choose another name'),
  label: z.string().max(200).optional(),
  help: z.string().max(2000).optional(),
  required: z.boolean().optional(),
  default: z.string().max(2048).optional(),
  pattern: z.string().max(500).refine(isPattern, 'must be a regular expression').optional(),
  choices: z.array(z.string().max(2048)).min(1).max(500).optional(),
  secret: z.boolean().optional(),
  kind: ParameterKind.optional(),
})
export type Parameter = z.infer<typeof Parameter>

/** `__proto__` is no value's name: an object built member by member would lose it. */
function isReserved(name: string): boolean {
  return name === '__proto__' || (reservedWords as readonly string[]).includes(name)
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}
