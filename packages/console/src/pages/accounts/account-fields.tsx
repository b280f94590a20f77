import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core'
import type { AccountForm, SecretField } from '@sallyport/contract'
import type { ChangeEvent, ComponentProps } from 'react'
import { faultAt } from '../../api/faults.ts'
import classes from './account-form.module.css'

type Parameter = AccountForm['parameters'][number]

interface Filled {
  readonly values: Readonly<Record<string, string>>
  readonly error: unknown
  readonly onChange: (name: string, value: string) => void
}

/** The values that an integration's definition asks for, as it describes them. */
export function ParameterFields({
  parameters,
  ...filled
}: Filled & { readonly parameters: readonly Parameter[] }) {
  return parameters.map((parameter) => {
    const { name, label = name, help, required = false, choices, secret = false } = parameter
    const known = { ...filled, values: { [name]: parameter.default ?? '', ...filled.values } }
    const field = fieldOf('/parameters', { name, label, help, required }, known)
    if (choices) return <NativeSelect key={name} data={['', ...choices]} {...field} />
    return secret ? <Hidden key={name} {...field} /> : <TextInput key={name} autoComplete="off" {...field} />
  })
}

/** The secret of an account, which is never shown again. */
export function SecretFields({ fields, ...filled }: Filled & { readonly fields: readonly SecretField[] }) {
  return fields.map(({ name, label, help, required, multiline, shown }) => {
    const field = fieldOf('/secret', { name, label, help, required }, filled)
    if (multiline) return <Textarea key={name} rows={4} autoComplete="off" spellCheck={false} {...field} />
    return shown ? <TextInput key={name} autoComplete="off" {...field} /> : <Hidden key={name} {...field} />
  })
}

/** Folded away: few have any. */
export function HeldTokens(tokens: Filled & { readonly fields: readonly SecretField[] }) {
  if (tokens.fields.length === 0) return undefined
  return (
    <details className={classes.held}>
      <summary>Use tokens that somebody holds already</summary>
      <div className={classes.fields}>
        <SecretFields {...tokens} />
      </div>
    </details>
  )
}

function fieldOf(
  path: string,
  field: {
    readonly name: string
    readonly label: string
    readonly help: string | undefined
    readonly required: boolean
  },
  { values, error, onChange }: Filled,
) {
  const { name, label, help, required } = field
  return {
    ...{ label, withAsterisk: required, value: values[name] ?? '' },
    ...(help !== undefined && { description: help }),
    error: faultAt(error, `${path}/${name}`),
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) =>
      onChange(name, event.currentTarget.value),
  }
}

/** Nobody who looks over a shoulder reads it, and no browser offers to keep it as a password of this site. */
function Hidden(props: ComponentProps<typeof PasswordInput>) {
  return <PasswordInput autoComplete="new-password" spellCheck={false} {...props} />
}
