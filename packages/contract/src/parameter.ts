import { z } from 'zod'
import { reservedWords } from './reserved-words.ts'

/** What a value may be where it stands: one DNS label, a whole host, a whole URL, or text. */
export const ParameterKind = z
  .enum(['label', 'host', 'url', 'text'])
  .meta({ 'x-titles': { label: 'Label of a host name', url: 'URL' } })
export type ParameterKind = z.infer<typeof ParameterKind>

/** A value asked for when an account is connected, usable in the definition as `{name}`. */
export const Parameter = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be a letter or _, then letters, digits or _')
    .refine((name) => !isReserved(name), 'is a reserved word; choose another name')
    .describe('as it stands in braces'),
  label: z.string().max(200).optional().describe('what people read'),
  help: z.string().max(2000).optional(),
  required: z.boolean().optional(),
  default: z.string().max(2048).optional(),
  pattern: z
    .string()
    .max(500)
    .refine(isPattern, 'must be a regular expression')
    .optional()
    .describe('regular expression that values match'),
  choices: z.array(z.string().max(2048)).min(1).max(500).optional(),
  secret: z.boolean().optional().describe('sealed, and never shown'),
  kind: ParameterKind.optional().describe('what a value may be where it stands'),
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
