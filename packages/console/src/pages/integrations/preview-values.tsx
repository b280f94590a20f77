import { TextInput } from '@mantine/core'
import classes from './request-preview.module.css'

/** A parameter as far as a preview asks for it. */
export interface PreviewParameter {
  readonly name: string
  readonly label?: string | undefined
  readonly secret?: boolean | undefined
}

/** Values of an account to see requests with; secrets would not be shown. */
export function PreviewValues(content: {
  readonly parameters: readonly PreviewParameter[]
  readonly values: Readonly<Record<string, string>>
  readonly onChange: (values: Readonly<Record<string, string>>) => void
}) {
  const { parameters, values, onChange } = content
  const shown = parameters.filter(({ secret }) => !secret)
  if (shown.length === 0) return undefined
  return (
    <fieldset className={classes.values}>
      <legend>Seen with</legend>
      {shown.map(({ name, label }) => (
        <TextInput
          key={name}
          size="xs"
          label={label === undefined ? `{${name}}` : `${label} {${name}}`}
          maxLength={2048}
          value={values[name] ?? ''}
          onChange={(event) => onChange({ ...values, [name]: event.currentTarget.value })}
        />
      ))}
    </fieldset>
  )
}
