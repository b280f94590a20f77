import type { Fault } from '@sallyport/contract'
import { invalid, SallyportError } from '../error.ts'
import type { Template } from './parse.ts'
import { type Slot, slotRules } from './slots.ts'

/** Values by the full name between the braces, as `token.accessToken`. */
export type TemplateValues = Readonly<Record<string, string>>

/**
 * The template with each value written as its slot demands, in one pass: braces inside a value stay text.
 * @throws SallyportError account_incomplete without a value, input_invalid with one that may not stand there
 */
export function render(template: Template, values: TemplateValues, slot: Slot): string {
  const wrong = literalFault(template, slot)
  if (wrong) throw invalid('definition_invalid', [{ path: '', ...wrong }])
  if (template.constant !== undefined) return template.constant
  return template.parts
    .map((part) => (part.kind === 'literal' ? part.text : renderValue(part.name, values, slot)))
    .join('')
}

/** What is wrong with a template's own text in this slot, whatever the values. */
export function literalFault(template: Template, slot: Slot): Omit<Fault, 'path'> | undefined {
  if (slot !== 'header') return undefined
  const { write, expected } = slotRules.header
  const wrong = template.parts.some((part) => part.kind === 'literal' && write(part.text) === undefined)
  return wrong ? { code: 'template_text', message: `The text must be ${expected}.` } : undefined
}

/** One value, written as its slot demands. */
export function renderValue(name: string, values: TemplateValues, slot: Slot): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value === undefined) {
    throw new SallyportError('account_incomplete', {
      message: `The definition asks for {${name}}, which this account does not hold. Set it on the account.`,
    })
  }
  const written = slotRules[slot].write(value)
  if (written === undefined) throw invalid('input_invalid', [valueFault(name, slotRules[slot].expected)])
  return written
}

/** Names the parameter and what it must be, never what it is. */
export function valueFault(name: string, expected: string): Fault {
  return { path: `/parameters/${name}`, code: 'value_refused', message: `The value must be ${expected}.` }
}
