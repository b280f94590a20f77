import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { controlOf } from './field.ts'
import type { FieldProps } from './field-props.ts'
import { useField, useForm } from './form-context.tsx'
import { helpOf } from './help.tsx'
import { isAlready, jsonOf, linesOf, numberOf } from './texts.ts'

/** A number; what is none stays as it was typed, and the API says what is wrong with it. */
export function NumberField({ pointer, schema, title, help, isRequired }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  return (
    <TextInput
      {...{ id, error, label: title, description: helpOf(help), withAsterisk: isRequired }}
      inputMode="decimal"
      autoComplete="off"
      placeholder={presetOf(schema.default)}
      value={value === undefined ? '' : String(value)}
      onChange={(event) => set(numberOf(event.currentTarget.value))}
    />
  )
}

/** Yes or no, where no is what is meant when nothing is said. */
export function FlagField({ pointer, title, help }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  return (
    <Checkbox
      {...{ id, error, label: title, description: helpOf(help) }}
      checked={value === true}
      onChange={(event) => set(event.currentTarget.checked ? true : undefined)}
    />
  )
}

/** One of some values. */
export function ChoiceField({ pointer, schema, title, help, isRequired }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  const control = controlOf(schema)
  const choices = control.kind === 'choice' ? control.choices : []
  const preset = choices.find((choice) => choice.value === schema.default)
  const none = preset ? `Default: ${preset.label}` : isRequired ? 'Choose…' : 'Not said'
  const isKnown = value === undefined || choices.some((choice) => choice.value === value)
  return (
    <NativeSelect
      {...{ id, error, label: title, description: helpOf(help), withAsterisk: isRequired }}
      value={value === undefined ? '' : String(value)}
      data={[
        { value: '', label: none },
        ...choices,
        ...(isKnown ? [] : [{ value: String(value), label: String(value) }]),
      ]}
      onChange={(event) => set(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  )
}

/** Several values, one a line. */
export function ListField({ pointer, schema, title, help, isRequired }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  const isOfNumbers = schema.items !== undefined && controlOf(schema.items).kind === 'number'
  const shown = Array.isArray(value) ? value.map(String).join('\n') : ''
  const [text, setText] = useState(shown)
  const lines = linesOf(text)
  useEffect(() => {
    setText((typed) => (linesOf(typed).join('\n') === shown ? typed : shown))
  }, [shown])
  const change = (typed: string) => {
    setText(typed)
    const values = linesOf(typed)
    set(values.length === 0 ? undefined : isOfNumbers ? values.map(numberOf) : values)
  }
  return (
    <Textarea
      {...{ id, error, label: title, withAsterisk: isRequired }}
      description={
        <>
          {helpOf(help)} One a line.{presetsOf(schema.default)}
        </>
      }
      rows={Math.min(Math.max(lines.length + 1, 2), 10)}
      spellCheck={false}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

/** Whatever else there is, as JSON. */
export function JsonField({ pointer, title, help, isRequired }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  const { unreadable, setUnreadable } = useForm()
  const shown = value === undefined ? '' : JSON.stringify(value, null, 2)
  const [text, setText] = useState(unreadable[pointer]?.text ?? shown)
  useEffect(() => {
    setText((typed) => (isAlready(typed, shown) ? typed : shown))
  }, [shown])
  const change = (typed: string) => {
    setText(typed)
    const read = jsonOf(typed)
    setUnreadable(pointer, 'fault' in read ? { text: typed, message: read.fault } : undefined)
    if ('value' in read) set(read.value)
  }
  return (
    <Textarea
      {...{ id, error, label: title, withAsterisk: isRequired }}
      description={<>{helpOf(help)} As JSON.</>}
      rows={Math.min(Math.max(text.split('\n').length, 3), 16)}
      spellCheck={false}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

function presetOf(preset: unknown): string | undefined {
  return preset === undefined ? undefined : `Default: ${String(preset)}`
}

function presetsOf(preset: unknown): string {
  return Array.isArray(preset) && preset.length > 0 ? ` Default: ${preset.join(', ')}.` : ''
}
