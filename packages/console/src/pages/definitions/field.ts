import type { FormSchema } from '@sallyport/contract'
import { isObject } from './draft.ts'

/** How somebody gives a value. */
export type Control =
  | { readonly kind: 'text' | 'number' | 'flag' | 'secret' | 'secrets' | 'list' | 'map' | 'json' }
  /** A number, or a text with placeholders. */
  | { readonly kind: 'numberOrText' }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
  /** The key of something that a list has. */
  | { readonly kind: 'reference'; readonly list: string }
  | { readonly kind: 'group'; readonly fields: readonly Field[] }
  /** Any number of groups; `isSingle` where one may stand there without a list around it. */
  | { readonly kind: 'items'; readonly item: FormSchema; readonly isSingle: boolean }
  /** One of several shapes. */
  | { readonly kind: 'variants'; readonly variants: readonly FormSchema[] }
  /** Nobody has a say. */
  | { readonly kind: 'fixed' }

interface Choice {
  readonly value: string
  readonly label: string
}

/** A member of an object, for which a form has a place. */
export interface Field {
  readonly name: string
  readonly schema: FormSchema
  readonly isRequired: boolean
}

/** The members of an object's schema, in the order in which a form has them. */
export function fieldsOf({ properties = {}, required = [] }: FormSchema): readonly Field[] {
  return Object.entries(properties)
    .map(([name, schema]) => ({ name, schema, isRequired: required.includes(name) }))
    .toSorted((a, b) => (a.schema['x-order'] ?? 0) - (b.schema['x-order'] ?? 0))
}

/** How a value of this schema is given. Whatever has no way of its own is written as JSON. */
export function controlOf(schema: FormSchema): Control {
  if (schema.const !== undefined) return { kind: 'fixed' }
  if (schema['x-choices'] !== undefined) return { kind: 'reference', list: schema['x-choices'] }
  if (schema.enum) return { kind: 'choice', choices: choicesOf(schema) }
  const alternatives = alternativesOf(schema)
  if (alternatives) return controlOfAlternatives(alternatives)
  if (schema.type === 'array') return controlOfList(schema)
  if (schema.type === 'object') {
    if (schema.properties) return { kind: 'group', fields: fieldsOf(schema) }
    return { kind: isTextual(schema.additionalProperties) ? 'map' : 'json' }
  }
  if (schema.type === 'string') return { kind: schema.writeOnly ? 'secret' : 'text' }
  if (schema.type === 'integer' || schema.type === 'number') return { kind: 'number' }
  return { kind: schema.type === 'boolean' ? 'flag' : 'json' }
}

/** The shapes that a value may have, where there are several. */
function alternativesOf({ anyOf, oneOf }: FormSchema): readonly FormSchema[] | undefined {
  return (anyOf ?? oneOf)?.flatMap((each) => alternativesOf(each) ?? [each])
}

function controlOfAlternatives(alternatives: readonly FormSchema[]): Control {
  if (alternatives.every(({ type }) => type === 'string')) return { kind: 'text' }
  if (alternatives.every(({ type }) => type === 'object')) return { kind: 'variants', variants: alternatives }
  const types = new Set(alternatives.map(({ type }) => type))
  if (types.size === 2 && types.has('integer') && types.has('string')) return { kind: 'numberOrText' }
  const list = alternatives.find(({ type }) => type === 'array')?.items
  const single = alternatives.filter(({ type }) => type !== 'array')
  const isOneOrMore = list && isSameShape(alternativesOf(list) ?? [list], single)
  return isOneOrMore ? { kind: 'items', item: list, isSingle: true } : { kind: 'json' }
}

function isSameShape(left: readonly FormSchema[], right: readonly FormSchema[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function controlOfList({ items }: FormSchema): Control {
  if (!items) return { kind: 'json' }
  const { kind } = controlOf(items)
  if (kind === 'secret') return { kind: 'secrets' }
  if (kind === 'text' || kind === 'number') return { kind: 'list' }
  return kind === 'group' || kind === 'variants'
    ? { kind: 'items', item: items, isSingle: false }
    : { kind: 'json' }
}

function isTextual(schema: FormSchema | boolean | undefined): boolean {
  return typeof schema === 'object' && controlOf(schema).kind === 'text'
}

function choicesOf({ enum: values = [], 'x-titles': titles = {} }: FormSchema): readonly Choice[] {
  return values.map((value) => ({
    value: String(value),
    label: titles[String(value)] ?? inWords(String(value)),
  }))
}

/** A name that stands in lower case and underscores is a phrase; any other is what it is called. */
function inWords(value: string): string {
  if (!/^[a-z][a-z_]*$/.test(value)) return value
  const words = value.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Which of several shapes a value has: of those whose fixed members it has, the one of whose required members it has most. */
export function variantOf(variants: readonly FormSchema[], value: unknown): FormSchema | undefined {
  if (!isObject(value)) return undefined
  const has = (name: string) => Object.hasOwn(value, name)
  const fitting = variants.filter(({ properties = {} }) =>
    Object.entries(properties).every(
      ([name, { const: fixed }]) => fixed === undefined || value[name] === fixed,
    ),
  )
  const present = ({ required = [] }: FormSchema) => required.filter(has).length
  const missing = ({ required = [] }: FormSchema) => required.filter((name) => !has(name)).length
  return fitting.toSorted((a, b) => present(b) - present(a) || missing(a) - missing(b))[0]
}

/** The least that has a shape: its fixed members, and those that it cannot be without. */
export function leastOf(schema: FormSchema): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.type === 'string') return ''
  if (schema.type !== 'object') return undefined
  const { properties = {}, required = [] } = schema
  const members = required.flatMap((name): [string, unknown][] => {
    const value = properties[name] && leastOf(properties[name])
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(members)
}

/** The schema of what a pointer leads to in a value, as far as there is one. */
export function schemaAt(
  schema: FormSchema,
  value: unknown,
  names: readonly string[],
): FormSchema | undefined {
  const [name, ...rest] = names
  if (name === undefined) return schema
  const control = controlOf(schema)
  if (control.kind === 'variants') {
    const variant = variantOf(control.variants, value)
    return variant && schemaAt(variant, value, names)
  }
  if (control.kind === 'items') {
    if (!Array.isArray(value)) return schemaAt(control.item, value, names)
    return schemaAt(control.item, value[Number(name)], rest)
  }
  if (schema.items) return schemaAt(schema.items, undefined, rest)
  const inner = schema.properties?.[name]
  return inner && schemaAt(inner, isObject(value) ? value[name] : undefined, rest)
}
