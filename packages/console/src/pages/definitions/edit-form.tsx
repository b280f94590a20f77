import { useQuery } from '@tanstack/react-query'
import { Loading } from '../../ui/loaded.tsx'
import { DefinitionForm } from './definition-form.tsx'
import type { DefinitionReply, Noun } from './noun.ts'
import { provider } from './queries.ts'

/** The form of what there is; its simple view where the entry that it came from is still known. */
export function EditForm(content: {
  readonly noun: Noun
  readonly initial: DefinitionReply
  readonly onSaved: (saved: DefinitionReply) => void
}) {
  const { noun, initial, onSaved } = content
  const { data: entry, isLoading } = useQuery({
    ...provider(initial.provider ?? ''),
    enabled: initial.provider !== undefined,
  })
  if (isLoading) return <Loading />
  return (
    <DefinitionForm
      // What was saved is where the next change begins.
      key={initial.updatedAt}
      {...{ noun, initial, onSaved }}
      {...(entry && { entry })}
    />
  )
}
