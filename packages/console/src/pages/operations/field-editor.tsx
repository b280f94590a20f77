import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import type { JsonValue } from '@sallyport/contract'
import { type ReactNode, use, useId, useState } from 'react'
import { withMember } from './draft.ts'
import { useFault } from './faults.tsx'
import classes from './fields.module.css'
import type { Control, Field, Fields, Raw } from './fields.ts'
import { JsonField } from './json-field.tsx'
import { KnownNames } from './known-names.ts'
import { Pairs } from './pairs.tsx'
import { isRaw } from './steps.ts'

interface Edited {
  readonly field: Field
  /** JSON Pointer within the operation. */
  readonly path: string
  readonly value: JsonValue | undefined
  /** Undefined: it goes. */
  readonly onChange: (value: JsonValue | undefined) => void
}

/** The fields of an object, what is seldom needed folded away. */
export function FieldSet(content: {
  readonly fields: Fields
  readonly path: string
  readonly value: Raw
  readonly onChange: (value: Raw) => void
}) {
  const { fields, path, value, onChange } = content
  const shown = (isMore: boolean) =>
    Object.entries(fields)
      .filter(([, field]) => (field.isMore ?? false) === isMore && field.control.kind !== 'steps')
      .map(([name, field]) => (
        <div key={name} data-short={field.isShort}>
          <FieldEditor
            field={field}
            path={`${path}/${name}`}
            value={value[name]}
            onChange={(next) => onChange(withMember(value, name, next))}
          />
        </div>
      ))
  const more = shown(true)
  // It stays as it is while somebody empties a field.
  const [isOpen] = useState(() =>
    Object.entries(fields).some(([name, { isMore }]) => isMore && value[name] !== undefined),
  )
  return (
    <>
      {shown(false)}
      {more.length > 0 && (
        <details className={classes.more} open={isOpen || undefined}>
          <summary>More</summary>
          <div className={classes.fields}>{more}</div>
        </details>
      )}
    </>
  )
}

function FieldEditor(edited: Edited) {
  const Editor = editors[edited.field.control.kind] as (edited: Edited) => ReactNode
  return <Editor {...edited} />
}

type Of<Kind extends Control['kind']> = Omit<Edited, 'field'> & {
  readonly field: Field & { readonly control: Extract<Control, { kind: Kind }> }
}

/** What every field says of itself. */
function useWords({ field: { label, help }, path }: Pick<Edited, 'field' | 'path'>) {
  return { label, description: help, error: useFault(path) }
}

/** A text; an empty one is none, unless the field says otherwise. */
function given({ field, onChange }: Edited, text: string): void {
  onChange(text === '' && !field.isKept ? undefined : text)
}

const code = { input: classes.code ?? '' }

/** How each kind of field is shown. */
const editors: { readonly [Kind in Control['kind']]: (edited: Of<Kind>) => ReactNode } = {
  text: (edited) => (
    <TextInput
      {...useWords(edited)}
      value={textOf(edited.value)}
      spellCheck={false}
      onChange={(event) => given(edited, event.currentTarget.value)}
    />
  ),
  lines: (edited) => (
    <Textarea
      {...useWords(edited)}
      rows={3}
      value={textOf(edited.value)}
      onChange={(event) => given(edited, event.currentTarget.value)}
    />
  ),
  expression: (edited) => (
    <Textarea
      {...useWords(edited)}
      rows={Math.min(12, Math.max(2, textOf(edited.value).split('\n').length))}
      value={textOf(edited.value)}
      spellCheck={false}
      classNames={code}
      onChange={(event) => given(edited, event.currentTarget.value)}
    />
  ),
  json: (edited) => <JsonField {...useWords(edited)} value={edited.value} onChange={edited.onChange} />,
  number: (edited) => (
    <TextInput
      {...useWords(edited)}
      inputMode="decimal"
      value={textOf(edited.value)}
      onChange={(event) => edited.onChange(numberOf(event.currentTarget.value))}
    />
  ),
  flag: (edited) => (
    <Checkbox
      {...useWords(edited)}
      checked={edited.value === true}
      onChange={(event) => edited.onChange(event.currentTarget.checked || undefined)}
    />
  ),
  texts: (edited) => (
    <Textarea
      {...useWords(edited)}
      rows={3}
      value={Array.isArray(edited.value) ? edited.value.join('\n') : ''}
      onChange={({ currentTarget: { value } }) =>
        edited.onChange(value === '' ? undefined : value.split('\n'))
      }
    />
  ),
  numbers: (edited) => (
    <TextInput
      {...useWords(edited)}
      defaultValue={Array.isArray(edited.value) ? edited.value.join(', ') : ''}
      onChange={(event) => edited.onChange(numbersOf(event.currentTarget.value))}
    />
  ),
  members: (edited) => <MembersEditor edited={edited} isText={false} />,
  headers: (edited) => <MembersEditor edited={edited} isText />,
  place: (edited) => (
    <TextInput
      {...useWords(edited)}
      value={isRaw(edited.value) ? textOf(edited.value.body) : ''}
      onChange={({ currentTarget: { value: body } }) => edited.onChange(body === '' ? undefined : { body })}
    />
  ),
  adapter: (edited) => <NameEditor edited={edited} known="adapter" />,
  operation: (edited) => <NameEditor edited={edited} known="operation" />,
  choice: ChoiceEditor,
  group: GroupEditor,
  variants: VariantEditor,
  // Lists of steps stand where their step is shown.
  steps: () => undefined,
}

function MembersEditor({ edited, isText }: { readonly edited: Edited; readonly isText: boolean }) {
  const { field, path, value, onChange } = edited
  return (
    <Pairs
      {...{ label: field.label, help: field.help, error: useFault(path), isText }}
      value={isRaw(value) ? value : {}}
      onChange={(members) =>
        onChange(Object.keys(members).length === 0 && !field.isKept ? undefined : members)
      }
    />
  )
}

function GroupEditor({ field, path, value, onChange }: Of<'group'>) {
  return (
    <fieldset className={classes.group}>
      <legend>{field.label}</legend>
      <FieldSet
        fields={field.control.fields}
        path={path}
        value={isRaw(value) ? value : {}}
        onChange={(next) => onChange(Object.keys(next).length === 0 ? undefined : next)}
      />
    </fieldset>
  )
}

/** The name of something that there is. */
function NameEditor({ edited, known }: { readonly edited: Edited; readonly known: 'adapter' | 'operation' }) {
  const names = use(KnownNames)[known]
  const id = useId()
  return (
    <>
      <TextInput
        {...useWords(edited)}
        value={textOf(edited.value)}
        list={id}
        spellCheck={false}
        onChange={(event) => given(edited, event.currentTarget.value)}
      />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}

function ChoiceEditor({ field, path, value, onChange }: Of<'choice'>) {
  const { choices, preset } = field.control
  const text = textOf(value)
  const isOther = text !== '' && !choices.includes(text)
  return (
    <NativeSelect
      {...useWords({ field, path })}
      value={text}
      data={[
        ...(preset === undefined ? [] : [{ value: '', label: `Default: ${preset}` }]),
        ...choices,
        ...(isOther ? [text] : []),
      ]}
      onChange={({ currentTarget: { value: chosen } }) => onChange(chosen === '' ? undefined : chosen)}
    />
  )
}

function VariantEditor({ field, path, value, onChange }: Of<'variants'>) {
  const { by, of } = field.control
  const raw = isRaw(value) ? value : undefined
  const chosen = raw && (by === 'kind' ? textOf(raw.kind) : Object.keys(of).find((name) => name in raw))
  const variant = chosen === undefined ? undefined : of[chosen]
  const choose = (name: string) => {
    const next = of[name]
    onChange(next && (by === 'kind' ? { kind: name, ...next.blank } : { ...next.blank }))
  }
  return (
    <fieldset className={classes.group}>
      <legend>{field.label}</legend>
      <NativeSelect
        aria-label={field.label}
        value={chosen ?? ''}
        error={useFault(path, Object.keys(variant?.fields ?? {}))}
        data={[
          { value: '', label: 'None' },
          ...Object.entries(of).map(([name, { label }]) => ({ value: name, label })),
        ]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {raw && variant && (
        <FieldSet key={chosen} fields={variant.fields} path={path} value={raw} onChange={onChange} />
      )}
    </fieldset>
  )
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
}

/** What is no number is left as it is, for the API to say so. */
function numberOf(text: string): JsonValue | undefined {
  if (text.trim() === '') return undefined
  const number = Number(text)
  return Number.isFinite(number) && String(number) === text.trim() ? number : text
}

/** Of those between commas. */
function numbersOf(text: string): JsonValue[] | undefined {
  const parts = text.split(',').filter((part) => part.trim() !== '')
  return parts.length === 0 ? undefined : parts.map((part) => numberOf(part.trim()) ?? part)
}
