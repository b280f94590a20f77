import { TextInput } from '@mantine/core'
import { faultAt } from '../../api/faults.ts'

/** What something is called, and, while it is made, what the API calls it for good. */
export function NameAndKey(content: {
  readonly draft: { readonly name: string; readonly key: string }
  readonly isNew: boolean
  readonly error: unknown
  readonly set: (change: { readonly name?: string; readonly key?: string }) => void
}) {
  const { draft, isNew, error, set } = content
  return (
    <>
      <TextInput
        label="Name"
        value={draft.name}
        error={faultAt(error, '/name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      {isNew && (
        <TextInput
          label="Key"
          description="Letters and digits, as it is named in the API. It never changes."
          value={draft.key}
          error={faultAt(error, '/key')}
          onChange={(event) => set({ key: event.currentTarget.value })}
        />
      )}
    </>
  )
}
