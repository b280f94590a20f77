import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { controlOf } from './field.ts'
import type { FieldProps } from './field-props.ts'
import { useField } from './form-context.tsx'
import { helpOf } from './help.tsx'
import { keysOf } from './queries.ts'

/** The key of something that there is; where the list cannot be read, it is typed. */
export function ReferenceField({ pointer, schema, title, help, isRequired }: FieldProps) {
  const { value, set, error, id } = useField(pointer)
  const control = controlOf(schema)
  const { data, isError } = useQuery(keysOf(control.kind === 'reference' ? control.list : ''))
  const key = typeof value === 'string' ? value : ''
  const shared = { id, error, label: title, description: helpOf(help), withAsterisk: isRequired, value: key }
  // What has to be there stays, be it empty: the shape that it belongs to is told by it.
  const change = (next: string) => set(next === '' && !isRequired ? undefined : next)
  if (isError || !data) {
    return <TextInput {...shared} onChange={(event) => change(event.currentTarget.value)} />
  }
  const isKnown = key === '' || data.some((each) => each.key === key)
  return (
    <NativeSelect
      {...shared}
      data={[
        { value: '', label: data.length === 0 ? 'There are none yet' : 'Choose…' },
        ...data.map((each) => ({ value: each.key, label: `${each.name} (${each.key})` })),
        ...(isKnown ? [] : [{ value: key, label: key }]),
      ]}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}
