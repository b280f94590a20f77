import { Button, PasswordInput, Textarea } from '@mantine/core'
import { valueAt, within } from './draft.ts'
import type { FieldProps } from './field-props.ts'
import { useField, useForm } from './form-context.tsx'
import { helpOf } from './help.tsx'
import classes from './secret-field.module.css'

/** A secret: it can be given, kept or taken away, and is never shown. */
export function SecretField({ pointer, schema, title, help, isRequired }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  const { secretsSet } = useForm()
  const isStored = secretsSet.includes(pointer)
  const shared = {
    ...{ id, error, label: title, withAsterisk: isRequired },
    description: (
      <>
        {helpOf(help)} {isStored && stored(value === null)}
      </>
    ),
    autoComplete: 'new-password',
    value: typeof value === 'string' ? value : '',
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      set(event.currentTarget.value === '' ? undefined : event.currentTarget.value),
  }
  return (
    <div>
      {schema['x-multiline'] ? (
        <Textarea {...shared} rows={4} spellCheck={false} />
      ) : (
        <PasswordInput {...shared} />
      )}
      {isStored && (
        <Button
          className={classes.way ?? ''}
          variant="subtle"
          size="compact-xs"
          onClick={() => set(value === null ? undefined : null)}
        >
          {value === null ? `Keep ${title}` : `Remove ${title}`}
        </Button>
      )}
    </div>
  )
}

function stored(isTaken: boolean): string {
  return isTaken
    ? 'The stored secret is removed when you save.'
    : 'A secret is stored. Leave this empty to keep it.'
}

/** A list of secrets, which is given as a whole. */
export function SecretsField({ pointer, schema, title, help }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  const { secretsSet } = useForm()
  const given = Array.isArray(value) ? value.map(String) : []
  const isStored = secretsSet.some((path) => path.startsWith(`${pointer}/`))
  const places = Array.from({ length: schema.maxItems ?? given.length + 1 }, (_, index) => index)
  const change = (index: number, text: string) => {
    const next = places.map((place) => (place === index ? text : (given[place] ?? '')))
    const last = next.findLastIndex((each) => each !== '')
    set(last === -1 ? undefined : next.slice(0, last + 1))
  }
  return (
    <fieldset id={id} className={classes.secrets}>
      <legend>{title}</legend>
      <p>
        {helpOf(help)} {isStored && stored(value === null)}
      </p>
      {places.map((index) => (
        <PasswordInput
          key={index}
          label={`${title}, ${index + 1}`}
          autoComplete="new-password"
          value={String(valueAt({ given }, within('/given', index)) ?? '')}
          onChange={(event) => change(index, event.currentTarget.value)}
        />
      ))}
      {isStored && (
        <Button variant="subtle" size="compact-xs" onClick={() => set(value === null ? undefined : null)}>
          {value === null ? `Keep ${title}` : `Remove ${title}`}
        </Button>
      )}
      {error !== undefined && <p className={classes.error}>{error}</p>}
    </fieldset>
  )
}
