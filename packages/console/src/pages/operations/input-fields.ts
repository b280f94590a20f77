import type { JsonValue } from '@sallyport/contract'
import { readJson, writeJson } from './json-text.ts'

export type Schema = Readonly<Record<string, JsonValue>>

/** How a member of the input is asked for. */
export interface InputField {
  readonly name: string
  readonly label: string
  readonly help: string | undefined
  readonly isRequired: boolean
  readonly control: 'text' | 'lines' | 'number' | 'flag' | 'choice' | 'json'
  readonly choices: readonly JsonValue[]
  /** What is taken where nothing is given. */
  readonly preset: JsonValue | undefined
}

/** The fields of a form, from the JSON Schema of what it asks for. */
export function inputFields(schema: Schema): readonly InputField[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(membersOf(schema.properties)).map(([name, of]) => {
    const member = membersOf(of)
    const choices = Array.isArray(member.enum) ? member.enum : []
    return {
      ...{ name, choices, isRequired: required.includes(name), preset: member.default },
      label: textOf(member.title) ?? name,
      help: textOf(member.description),
      control: choices.length > 0 ? 'choice' : controlOf(member),
    }
  })
}

/** Whether it may have members besides those that it names. */
export function mayHaveMore(schema: Schema): boolean {
  return schema.additionalProperties !== false
}

/** What a form says, as the API takes it: the members that were given, or which are no JSON. */
export function inputOf(
  fields: readonly InputField[],
  texts: Readonly<Record<string, string>>,
): { readonly input: Record<string, JsonValue>; readonly faults: Readonly<Record<string, string>> } {
  const input: Record<string, JsonValue> = {}
  const faults: Record<string, string> = {}
  for (const { name, control } of fields) {
    const text = texts[name] ?? ''
    if (text === '') continue
    const read = readField(control, text)
    if ('fault' in read) faults[name] = read.fault
    else input[name] = read.value
  }
  return { input, faults }
}

/** How a preset stands in its field. */
export function presetText({ preset, control }: InputField): string {
  if (preset === undefined) return ''
  return control === 'text' || control === 'lines' ? String(preset) : writeJson(preset)
}

function readField(control: InputField['control'], text: string): ReturnType<typeof readJson> {
  if (control === 'text' || control === 'lines') return { value: text }
  if (control !== 'number') return readJson(text)
  // What is no number is sent as it is: the API says so in its own words.
  const number = Number(text)
  return { value: Number.isFinite(number) && text.trim() !== '' ? number : text }
}

function controlOf({ type, maxLength, format }: Schema): InputField['control'] {
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'boolean') return 'flag'
  if (type !== 'string') return 'json'
  return typeof maxLength === 'number' && maxLength > 400 && format === undefined ? 'lines' : 'text'
}

function membersOf(value: JsonValue | undefined): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
