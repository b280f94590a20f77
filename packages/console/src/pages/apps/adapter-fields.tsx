import { TextInput } from '@mantine/core'
import { faultAt } from '../../api/faults.ts'
import classes from './fields.module.css'
import { IntegrationField } from './integration-field.tsx'

/** An adapter as fields have it. */
export interface AdapterDraft {
  readonly name: string
  readonly integration: string
  readonly description: string
}

export const emptyAdapter: AdapterDraft = { name: '', integration: '', description: '' }

/** What the API takes. */
export function adapterInput({ name, integration, description }: AdapterDraft) {
  return { name, integration, ...(description !== '' && { description }) }
}

/** A name that code calls an API by, and the definition behind it. Faults of `path` stand beside the fields. */
export function AdapterFields(content: {
  readonly draft: AdapterDraft
  readonly error: unknown
  readonly path: string
  readonly onChange: (draft: AdapterDraft) => void
}) {
  const { draft, error, path, onChange } = content
  return (
    <div className={classes.row}>
      <TextInput
        label="Name"
        description="As code calls it: letters and digits"
        required
        maxLength={64}
        autoComplete="off"
        value={draft.name}
        error={faultAt(error, `${path}/name`)}
        onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
      />
      <IntegrationField
        value={draft.integration}
        error={faultAt(error, `${path}/integration`)}
        onChange={(integration) => onChange({ ...draft, integration })}
      />
      <TextInput
        label="Description"
        description="What it is for; may stay empty"
        maxLength={2000}
        value={draft.description}
        error={faultAt(error, `${path}/description`)}
        onChange={(event) => onChange({ ...draft, description: event.currentTarget.value })}
      />
    </div>
  )
}
