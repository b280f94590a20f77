import type { FormSchema } from '@sallyport/contract'
import { type Draft, isObject, isSame, segmentsOf, valueAt, within, withValue } from './draft.ts'
import { controlOf, schemaAt, variantOf } from './field.ts'
import { patchBetween, patched } from './merge-patch.ts'

/** What a reply says of a definition, without what replies have besides. All of it, also what no form can show. */
export function definitionOf(reply: object, replyOnly: readonly string[]): Draft {
  return Object.fromEntries(Object.entries(reply).filter(([name]) => !replyOnly.includes(name)))
}

/**
 * What is sent to make a definition. One that comes from an entry says only what is otherwise there, so that the entry
 * can say what else it needs; a merge cannot write null, so one that has it anew is sent whole, as a copy.
 */
export function bodyOfNew(
  schema: FormSchema,
  draft: Draft,
  entry?: { readonly base: Draft; readonly version: number },
): Record<string, unknown> {
  const whole = withoutTakenSecrets(schema, draft)
  if (!entry || whole.provider !== entry.base.provider || whole.providerVersion !== undefined) return whole
  const { provider } = entry.base
  const patch = patchBetween(entry.base, whole)
  if (isSame(patched(entry.base, patch), whole)) return { provider, ...patch }
  return { ...whole, providerVersion: entry.version }
}

/** What is sent to change a definition, and whether that says all that was changed: a merge cannot write null. */
export function patchOfChange(
  schema: FormSchema,
  {
    before,
    draft,
    secretsSet,
  }: { readonly before: Draft; readonly draft: Draft; readonly secretsSet: readonly string[] },
): { readonly patch: Record<string, unknown>; readonly isWhole: boolean } {
  const patch = patchBetween(before, withoutStraySecrets(schema, draft, secretsSet))
  return { patch, isWhole: isSame(patched(before, patch), withoutTakenSecrets(schema, draft)) }
}

/** Where a draft has secrets, also those that it takes away; of a list the whole. */
export function secretsIn(schema: FormSchema, value: unknown, pointer = ''): readonly string[] {
  const control = controlOf(schema)
  if (value === undefined) return []
  if (control.kind === 'secret' || control.kind === 'secrets') return [pointer]
  if (control.kind === 'variants') {
    const variant = variantOf(control.variants, value)
    return variant ? secretsIn(variant, value, pointer) : []
  }
  if (control.kind === 'items' && Array.isArray(value))
    return value.flatMap((each, index) => secretsIn(control.item, each, within(pointer, index)))
  if (control.kind !== 'group' || !isObject(value)) return []
  return control.fields.flatMap(({ name, schema: inner }) =>
    secretsIn(inner, Object.hasOwn(value, name) ? value[name] : undefined, within(pointer, name)),
  )
}

/** The draft as it may be shown, without what it has of secrets. */
export function withoutSecrets(schema: FormSchema, draft: Draft): Draft {
  return secretsIn(schema, draft).reduce<Draft>(
    (shown, pointer) => withValue(shown, pointer, undefined, () => true),
    draft,
  )
}

/** A draft that was written without them, with the secrets of the one before it, as far as it has a place for them. */
export function withSecretsOf(schema: FormSchema, before: Draft, draft: Draft): Draft {
  return secretsIn(schema, before).reduce<Draft>((whole, pointer) => {
    const holder = valueAt(whole, pointer.replace(/\/[^/]+$/, ''))
    const hasPlace = isObject(holder) && schemaAt(schema, whole, segmentsOf(pointer)) !== undefined
    return hasPlace && valueAt(whole, pointer) === undefined
      ? withValue(whole, pointer, valueAt(before, pointer))
      : whole
  }, draft)
}

/** A stored secret that the definition has no place for any more is to go: it would be kept, and refused. */
function withoutStraySecrets(schema: FormSchema, draft: Draft, secretsSet: readonly string[]): Draft {
  return secretsSet.reduce<Draft>((written, stored) => {
    const pointer = stored.replace(/\/\d+$/, '')
    const holder = valueAt(written, pointer.replace(/\/[^/]+$/, ''))
    const isLost = isObject(holder) && schemaAt(schema, written, segmentsOf(pointer)) === undefined
    return isLost ? withValue(written, pointer, null) : written
  }, draft)
}

/** Null in place of a stored secret takes it away; where none is stored it says nothing. */
function withoutTakenSecrets(schema: FormSchema, draft: Draft): Draft {
  return secretsIn(schema, draft)
    .filter((pointer) => valueAt(draft, pointer) === null)
    .reduce<Draft>((whole, pointer) => withValue(whole, pointer, undefined, () => true), draft)
}
