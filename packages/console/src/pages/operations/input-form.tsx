import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import { faultAt } from '../../api/faults.ts'
import classes from './fields.module.css'
import { type InputField, presetText } from './input-fields.ts'
import { JsonField } from './json-field.tsx'
import { writeJson } from './json-text.ts'
import type { InputForm as Form } from './use-input.ts'

/** The input of an operation, a field for each member that its schema names. */
export function InputForm({ form, error }: { readonly form: Form; readonly error: unknown }) {
  const { fields, texts, set, faults, hasOther, other, setOther } = form
  const others = (
    <JsonField
      label={fields.length === 0 ? 'Input' : 'Other input'}
      description="An object, as JSON"
      value={other}
      error={faultAt(error, '/input')}
      onChange={setOther}
    />
  )
  return (
    <div className={classes.fields}>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          text={texts[field.name] ?? ''}
          error={
            faults[field.name] ??
            faultAt(error, `/input/${field.name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
          }
          onChange={(text) => set(field.name, text)}
        />
      ))}
      {hasOther && (
        <details className={classes.more}>
          <summary>{fields.length === 0 ? 'Input as JSON' : 'Other input'}</summary>
          {others}
        </details>
      )}
    </div>
  )
}

function Field(content: {
  readonly field: InputField
  readonly text: string
  readonly error: string | undefined
  readonly onChange: (text: string) => void
}) {
  const { field, text, error, onChange } = content
  const { label, help, isRequired, control, choices, preset } = field
  const common = {
    ...{ label, error, value: text, withAsterisk: isRequired },
    description: preset === undefined ? help : `${help ?? ''} Default: ${presetText(field)}`.trim(),
    'aria-required': isRequired,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange(event.currentTarget.value),
  }
  switch (control) {
    case 'flag':
      return <NativeSelect {...common} data={[{ value: '', label: 'Not given' }, 'true', 'false']} />
    case 'choice':
      return (
        <NativeSelect
          {...common}
          data={[
            { value: '', label: 'Not given' },
            ...choices.map((value) => ({
              value: writeJson(value),
              label: typeof value === 'string' ? value : writeJson(value),
            })),
          ]}
        />
      )
    case 'lines':
    case 'json':
      return (
        <Textarea
          {...common}
          rows={3}
          spellCheck={false}
          classNames={control === 'json' ? { input: classes.code ?? '' } : {}}
        />
      )
    default:
      return <TextInput {...common} inputMode={control === 'number' ? 'decimal' : 'text'} />
  }
}
