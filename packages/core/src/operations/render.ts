import type { JsonValue } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { jsonPathMarks, parseTemplate, type Template } from '../template/parse.ts'
import { type Slot, slotRules } from '../template/slots.ts'
import { bounded, boundedText } from './bounded.ts'
import { room, type Scope, valueAt } from './scope.ts'

/** A template of an operation, taken apart. */
export function operationTemplate(text: string): Template {
  return parseTemplate(text, jsonPathMarks)
}

/** The value where the whole text is one placeholder, else the text: undefined where that one has no value. */
export function renderValue(text: string, scope: Scope, slot: Slot = 'json'): JsonValue | undefined {
  const template = operationTemplate(text)
  const [only] = template.parts
  if (template.parts.length === 1 && only?.kind === 'placeholder') return valueAt(scope, only.name)
  return renderText(template, scope, slot)
}

/**
 * Any JSON with its strings rendered; members and items without a value are left out. Names of members are no templates.
 *
 * @throws SallyportError step_failed
 */
export function renderJson(value: JsonValue, scope: Scope): JsonValue | undefined {
  return bounded(rendered(value, scope))
}

/** Several at once, together no longer than one may be. @throws SallyportError step_failed */
export function renderEach(values: readonly JsonValue[], scope: Scope): (JsonValue | undefined)[] {
  return bounded(values.map((value) => rendered(value, scope)))
}

/** The same of an object. */
export function renderMembers(
  members: Readonly<Record<string, JsonValue>>,
  scope: Scope,
): Record<string, JsonValue> {
  return bounded(renderedMembers(members, scope))
}

function rendered(value: JsonValue, scope: Scope): JsonValue | undefined {
  if (typeof value === 'string') return renderValue(value, scope)
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const result = rendered(item, scope)
      return result === undefined ? [] : [result]
    })
  }
  return typeof value === 'object' && value !== null ? renderedMembers(value, scope) : value
}

function renderedMembers(
  members: Readonly<Record<string, JsonValue>>,
  scope: Scope,
): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => {
      const result = rendered(value, scope)
      return result === undefined ? [] : [[name, result]]
    }),
  )
}

/**
 * The text with each value written as its slot demands.
 *
 * @throws SallyportError step_failed without a value, step_limit_reached
 */
export function renderText({ parts }: Template, scope: Scope, slot: Slot): string {
  const texts = parts.map((part) =>
    part.kind === 'literal' ? part.text : writtenValue(part.name, scope, slot),
  )
  return boundedText(texts, slot)
}

/** One value in the midst of a text. @throws SallyportError step_failed */
export function writtenValue(name: string, scope: Scope, slot: Slot): string {
  const value = valueAt(scope, name)
  if (value === undefined || value === null) throw valueMissing(name)
  const isPlace = slot === 'segment' || slot === 'host' || slot === 'url'
  if (isPlace && typeof value === 'object') throw valueRefused(name, 'text, a number or true or false')
  const text = textOf(value)
  scope[room].take(text)
  const written = slotRules[slot].write(text)
  if (written === undefined) throw valueRefused(name, slotRules[slot].expected)
  return written
}

/** Text as it is, all else as JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function valueMissing(name: string): SallyportError {
  if (name.startsWith('profile.')) {
    const message = `The operation asks for {${name}}. Run it with the key of a profile, and set it in the settings of that profile.`
    return new SallyportError('profile_setting_missing', { message })
  }
  return new SallyportError('step_failed', {
    message: `{${name}} has no value. Give it, or have the step before it find it.`,
  })
}

function valueRefused(name: string, expected: string): SallyportError {
  return new SallyportError('step_failed', { message: `{${name}} must be ${expected} where it stands.` })
}
