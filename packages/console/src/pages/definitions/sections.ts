import type { FormSchema } from '@sallyport/contract'
import { isObject, within } from './draft.ts'
import { controlOf, type Field, fieldsOf, variantOf } from './field.ts'

/** A field, and where it stands in a definition. */
export interface PlacedField extends Field {
  readonly pointer: string
}

/** A part of a form. */
export interface FormSection {
  readonly id: string
  readonly title: string
  readonly fields: readonly PlacedField[]
}

/** In the order in which people think of an API. What says nothing of its place is about authentication. */
const titles = {
  properties: 'Properties',
  parameters: 'Parameters',
  authentication: 'Authentication',
  placement: 'Auth token',
  request: 'Request parameters',
  hosts: 'Hosts',
  advanced: 'Advanced',
} as const

/**
 * The fields of a definition by section. What stands within another one’s shape and belongs elsewhere is there, and
 * not within.
 */
export function sectionsOf(schema: FormSchema, value: unknown): readonly FormSection[] {
  const placed = [...topFields(schema), ...strayFields(schema, value)]
  return Object.entries(titles).flatMap(([id, title]) => {
    const fields = placed.filter((field) => (field.schema['x-section'] ?? 'authentication') === id)
    return fields.length === 0 ? [] : [{ id, title, fields }]
  })
}

function topFields(schema: FormSchema): PlacedField[] {
  return fieldsOf(schema).map((field) => ({ ...field, pointer: within('', field.name) }))
}

function strayFields(schema: FormSchema, value: unknown): PlacedField[] {
  return topFields(schema).flatMap(({ name, pointer, schema: inner }) => {
    const control = controlOf(inner)
    if (control.kind !== 'variants') return []
    const variant = variantOf(control.variants, isObject(value) ? value[name] : undefined)
    return variant
      ? fieldsOf(variant)
          .filter((field) => field.schema['x-section'] !== undefined)
          .map((field) => ({ ...field, pointer: within(pointer, field.name) }))
      : []
  })
}
