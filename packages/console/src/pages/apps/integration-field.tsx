import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { integrations } from '../accounts/queries.ts'

/** An integration by its key, found by typing a part of its name. */
export function IntegrationField(content: {
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (key: string) => void
}) {
  const { value, error, onChange } = content
  const known = useQuery(integrations).data?.items ?? []
  const list = useId()
  return (
    <>
      <TextInput
        label="Integration"
        description="The key of the API’s definition"
        list={list}
        autoComplete="off"
        required
        maxLength={64}
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {known.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  )
}
