import { Button, NativeSelect } from '@mantine/core'
import type { FormSchema } from '@sallyport/contract'
import { type FunctionComponent, useEffect, useRef, useState } from 'react'
import { isObject, valueAt, within } from './draft.ts'
import { type Control, controlOf, type Field, fieldsOf, leastOf, variantOf } from './field.ts'
import type { FieldProps } from './field-props.ts'
import classes from './field-view.module.css'
import { idOf, useFaultsOf, useField, useForm } from './form-context.tsx'
import { helpOf } from './help.tsx'
import { MapField } from './map-field.tsx'
import { ReferenceField } from './reference-field.tsx'
import { SecretField, SecretsField } from './secret-field.tsx'
import { ChoiceField, FlagField, JsonField, ListField, NumberField } from './simple-fields.tsx'
import { NumberOrTextField, TextField } from './text-field.tsx'
import { sentenceOf, titleOf } from './title.ts'

/** How each way of giving a value looks. */
const views: Readonly<Record<Control['kind'], FunctionComponent<FieldProps>>> = {
  text: TextField,
  number: NumberField,
  numberOrText: NumberOrTextField,
  flag: FlagField,
  secret: SecretField,
  secrets: SecretsField,
  list: ListField,
  map: MapField,
  json: JsonField,
  choice: ChoiceField,
  reference: ReferenceField,
  group: GroupField,
  items: ItemsField,
  variants: VariantsField,
  fixed: () => undefined,
}

/** A place in a form for a value of a schema. */
export function FieldView(content: {
  readonly field: Field
  readonly pointer: string
  readonly filled?: readonly string[]
  readonly title?: string
  readonly help?: string
  /** It is alone in its section, whose heading says what it is. */
  readonly isBare?: boolean
}) {
  const { field, pointer, filled = [], isBare = false } = content
  const { schema, name, isRequired } = field
  const { kind } = controlOf(schema)
  const props = {
    ...{ pointer, schema, isRequired },
    title: content.title ?? titleOf(name, schema),
    help: content.help ?? sentenceOf(schema),
    filled: [...filled, ...(schema['x-placeholders'] ?? [])],
  }
  if (kind === 'group' && isBare) return <GroupContent {...props} />
  const View = views[kind]
  return <View {...props} />
}

const large: ReadonlySet<Control['kind']> = new Set(['group', 'items', 'variants'])

/** Fields beside one another, those that are large below; what is rarely wanted is behind a word. */
export function FieldList(content: {
  readonly fields: readonly (Field & { readonly pointer: string })[]
  readonly filled?: readonly string[]
}) {
  const { fields, filled = [] } = content
  const { draft } = useForm()
  // Where a field stood first it stays, also while it is filled in.
  const [isDetail] = useState(() => new Map<string, boolean>())
  for (const { schema, pointer } of fields) {
    if (!isDetail.has(pointer))
      isDetail.set(pointer, schema['x-detail'] === true && valueAt(draft, pointer) === undefined)
  }
  const details = fields.filter(({ pointer }) => isDetail.get(pointer))
  return (
    <>
      <Arranged fields={fields.filter(({ pointer }) => !isDetail.get(pointer))} filled={filled} />
      {details.length > 0 && (
        <details className={classes.group}>
          <summary>More</summary>
          <div className={classes.content}>
            <Arranged fields={details} filled={filled} />
          </div>
        </details>
      )}
    </>
  )
}

function Arranged(content: {
  readonly fields: readonly (Field & { readonly pointer: string })[]
  readonly filled: readonly string[]
}) {
  const { fields, filled } = content
  const shown = fields.map((field) => ({ field, isLarge: large.has(controlOf(field.schema).kind) }))
  const view = ({ field }: (typeof shown)[number]) => (
    <FieldView key={field.pointer} field={field} pointer={field.pointer} filled={filled} />
  )
  return (
    <>
      <div className={classes.fields}>{shown.filter(({ isLarge }) => !isLarge).map(view)}</div>
      {shown.filter(({ isLarge }) => isLarge).map(view)}
    </>
  )
}

/** A part that may be left out whole: open where there is something to see or to mend. */
function GroupField(props: FieldProps) {
  const { pointer, title, isRequired } = props
  const { value, set, error } = useField(pointer)
  const [isOpenFirst] = useState(value !== undefined && Object.keys(Object(value)).length > 0)
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (error !== undefined && details.current) details.current.open = true
  }, [error])
  return (
    <details ref={details} className={classes.group} open={isOpenFirst}>
      <summary id={idOf(pointer)}>
        {title}
        {value !== undefined && <span className={classes.state}>set</span>}
      </summary>
      <GroupContent {...props} />
      {value !== undefined && !isRequired && (
        <Button variant="subtle" size="compact-sm" onClick={() => set(undefined)}>
          Remove {title}
        </Button>
      )}
    </details>
  )
}

function GroupContent({ pointer, schema, help, filled }: FieldProps) {
  const { value } = useField(pointer)
  const fields = placedFields(schema, value, pointer)
  const fault = useFaultsOf(
    pointer,
    fields.map((field) => field.pointer),
  )
  return (
    <div className={classes.content}>
      {help !== undefined && <p className={classes.help}>{helpOf(help)}</p>}
      {fault !== undefined && <p className={classes.error}>{fault}</p>}
      <FieldList fields={fields} filled={filled} />
    </div>
  )
}

/** The fields of an object that have an effect as it stands, or a value. */
function placedFields(schema: FormSchema, value: unknown, pointer: string) {
  const given = isObject(value) ? value : {}
  const isRelevant = ({ name, schema: { 'x-when': when = {} } }: Field) =>
    Object.hasOwn(given, name) ||
    Object.entries(when).every(([neighbour, values]) =>
      values.includes(String(given[neighbour] ?? schema.properties?.[neighbour]?.default)),
    )
  return fieldsOf(schema)
    .filter(isRelevant)
    .map((field) => ({ ...field, pointer: within(pointer, field.name) }))
}

/** One of several shapes; what was written in another one is still there when somebody goes back to it. */
function VariantsField({ pointer, schema, title, help, isRequired, filled }: FieldProps) {
  const { value, set } = useField(pointer)
  const control = controlOf(schema)
  const variants = control.kind === 'variants' ? control.variants : []
  const variant = variantOf(variants, value)
  const left = useRef(new Map<FormSchema, unknown>())
  const fields = variant
    ? placedFields(variant, value, pointer).filter((field) => field.schema['x-section'] === undefined)
    : []
  const fault = useFaultsOf(
    pointer,
    variant
      ? fieldsOf(variant)
          .map(({ name }) => within(pointer, name))
          .filter((each) => !isFixed(variant, each))
      : [],
  )
  const choose = (index: number) => {
    const next = variants[index]
    if (variant) left.current.set(variant, value)
    if (!next) return set(undefined)
    set(left.current.get(next) ?? { ...Object(leastOf(next)), ...shared(next, value) })
  }
  return (
    <div className={classes.content}>
      <NativeSelect
        id={idOf(pointer)}
        label={title}
        description={helpOf(variant ? sentenceOf(variant) : help)}
        error={fault}
        withAsterisk={isRequired}
        value={variant ? variants.indexOf(variant) : ''}
        data={[
          { value: '', label: isRequired ? 'Choose…' : 'Not said' },
          ...variants.map((each, index) => ({
            value: String(index),
            label: each.title ?? `Shape ${index + 1}`,
          })),
        ]}
        onChange={(event) =>
          choose(event.currentTarget.value === '' ? -1 : Number(event.currentTarget.value))
        }
      />
      <FieldList fields={fields} filled={filled} />
    </div>
  )
}

function isFixed({ properties = {} }: FormSchema, pointer: string): boolean {
  const name = Object.keys(properties).find((each) => pointer.endsWith(within('', each)))
  return name !== undefined && properties[name]?.const !== undefined
}

/** Members that another shape has, too, and that are not what tells them apart. */
function shared({ properties = {} }: FormSchema, value: unknown): Readonly<Record<string, unknown>> {
  const members = Object.entries(isObject(value) ? value : {}).filter(
    ([name]) => Object.hasOwn(properties, name) && properties[name]?.const === undefined,
  )
  return Object.fromEntries(members)
}

/** Any number of groups, in an order. */
function ItemsField({ pointer, schema, title, help, filled }: FieldProps) {
  const { value, set, id } = useField(pointer)
  const control = controlOf(schema)
  if (control.kind !== 'items') return undefined
  const { item, isSingle } = control
  const isAlone = isSingle && !Array.isArray(value)
  const items: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  const change = (next: readonly unknown[]) =>
    set(next.length === 0 ? undefined : isAlone && next.length === 1 ? next[0] : next)
  const one = titleOf(title.replace(/ies$/, 'y').replace(/s$/, ''), {})
  return (
    <div className={classes.content}>
      <p id={id} tabIndex={-1} className={classes.help}>
        {helpOf(help)}
      </p>
      {items.map((each, index) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: its place is all that it is known by
          key={index}
          className={classes.item}
        >
          <legend>{itemTitle(one, index, each)}</legend>
          <FieldView
            field={{ name: one, schema: item, isRequired: true }}
            pointer={isAlone ? pointer : within(pointer, index)}
            filled={filled}
            isBare
          />
          <div className={classes.ways}>
            {index > 0 && (
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={`Move ${one} ${index + 1} up`}
                onClick={() => change(items.with(index, items[index - 1]).with(index - 1, each))}
              >
                Move up
              </Button>
            )}
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Remove ${one} ${index + 1}`}
              onClick={() => change(items.toSpliced(index, 1))}
            >
              Remove
            </Button>
          </div>
        </fieldset>
      ))}
      <Button variant="default" size="compact-sm" onClick={() => change([...items, leastOf(firstOf(item))])}>
        Add {one.toLowerCase()}
      </Button>
    </div>
  )
}

function firstOf(item: FormSchema): FormSchema {
  const control = controlOf(item)
  return control.kind === 'variants' ? (control.variants[0] ?? item) : item
}

function itemTitle(one: string, index: number, value: unknown): string {
  const name = isObject(value) && typeof value.name === 'string' ? value.name : ''
  return `${one} ${index + 1}${name === '' ? '' : `: ${name}`}`
}
