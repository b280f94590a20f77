import { Button, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { isObject, isSame, within } from './draft.ts'
import type { FieldProps } from './field-props.ts'
import { idOf, useFaultsOf, useField } from './form-context.tsx'
import { helpOf } from './help.tsx'
import classes from './map-field.module.css'
import { PlaceholderText } from './text-field.tsx'
import { mapOf, type Row, rowsOf } from './texts.ts'

/** Named texts, as headers are: a row each. A row without a name says nothing yet. */
export function MapField({ pointer, schema, title, help, filled }: FieldProps) {
  const { value, set, id } = useField(pointer)
  const given = isObject(value) ? value : {}
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(given))
  const written = JSON.stringify(given)
  useEffect(() => {
    const now = JSON.parse(written) as Record<string, unknown>
    setRows((before) => (isSame(mapOf(before) ?? {}, now) ? before : rowsOf(now)))
  }, [written])
  const fault = useFaultsOf(
    pointer,
    rows.map(([name]) => within(pointer, name)),
  )
  const change = (next: readonly Row[]) => {
    setRows(next)
    set(mapOf(next))
  }
  const isTemplate =
    typeof schema.additionalProperties === 'object' && schema.additionalProperties.format === 'template'
  return (
    <fieldset className={classes.map}>
      <legend id={id} tabIndex={-1}>
        {title}
      </legend>
      {help !== undefined && <p className={classes.help}>{helpOf(help)}</p>}
      {rows.map((row, index) => (
        <MapRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is where it is; its name changes as it is typed
          key={index}
          {...{ row, pointer, isTemplate, filled }}
          label={`${title}, ${index + 1}`}
          onChange={(next) => change(rows.with(index, next))}
          onRemove={() => change(rows.toSpliced(index, 1))}
        />
      ))}
      {fault !== undefined && <p className={classes.error}>{fault}</p>}
      <Button variant="default" size="compact-sm" onClick={() => setRows([...rows, ['', '']])}>
        Add to {title}
      </Button>
    </fieldset>
  )
}

function MapRow(content: {
  readonly row: Row
  readonly pointer: string
  readonly label: string
  readonly isTemplate: boolean
  readonly filled: readonly string[]
  readonly onChange: (row: Row) => void
  readonly onRemove: () => void
}) {
  const { row, pointer, label, isTemplate, filled, onChange, onRemove } = content
  const [name, value] = row
  const { error } = useField(within(pointer, name))
  return (
    <div className={classes.row}>
      <TextInput
        aria-label={`${label}: name`}
        placeholder="Name"
        autoComplete="off"
        spellCheck={false}
        value={name}
        onChange={(event) => onChange([event.currentTarget.value, value])}
      />
      <PlaceholderText
        text={value}
        onText={(text) => onChange([name, text])}
        {...{ isTemplate, filled }}
        input={{
          'aria-label': `${label}: value`,
          placeholder: 'Value',
          error: name === '' ? undefined : error,
          id: idOf(within(pointer, name === '' ? label : name)),
        }}
      />
      <Button variant="subtle" color="gray" aria-label={`Remove ${label}`} onClick={onRemove}>
        Remove
      </Button>
    </div>
  )
}
