import { useQuery } from '@tanstack/react-query'
import { Loaded } from '../../ui/loaded.tsx'
import { DefinitionForm } from './definition-form.tsx'
import type { DefinitionReply, Noun } from './noun.ts'
import { provider as entryOf } from './queries.ts'

interface NewFormProps {
  readonly noun: Noun
  readonly onSaved: (saved: DefinitionReply) => void
}

/** The form of what is to be: from an entry of the catalogue where one is named, else from nothing. */
export function NewForm({ provider, ...form }: NewFormProps & { readonly provider: string | undefined }) {
  return provider === undefined ? <DefinitionForm {...form} /> : <FromEntry id={provider} form={form} />
}

function FromEntry({ id, form }: { readonly id: string; readonly form: NewFormProps }) {
  return (
    <Loaded query={useQuery(entryOf(id))} rows={8}>
      {(entry) => <DefinitionForm entry={entry} {...form} />}
    </Loaded>
  )
}
