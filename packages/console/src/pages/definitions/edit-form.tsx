import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Loading } from '../../ui/loaded.tsx'
import { DefinitionForm } from './definition-form.tsx'
import type { DefinitionReply, Noun } from './noun.ts'
import { provider } from './queries.ts'

/** The form of what there is; its simple view where the entry that it came from is still known. */
export function EditForm(content: {
  readonly noun: Noun
  readonly initial: DefinitionReply
  readonly onSaved?: (saved: DefinitionReply) => void
}) {
  const { noun, onSaved } = content
  // What was saved is where the next change begins.
  const [{ initial, saves }, setSaved] = useState({ initial: content.initial, saves: 0 })
  const { data: entry, isLoading } = useQuery({
    ...provider(initial.provider ?? ''),
    enabled: initial.provider !== undefined,
  })
  if (isLoading) return <Loading />
  return (
    <>
      <DefinitionForm
        key={saves}
        {...{ noun, initial }}
        {...(entry && { entry })}
        onSaved={(saved) => {
          setSaved({ initial: saved, saves: saves + 1 })
          onSaved?.(saved)
        }}
      />
      <p role="status">{saves > 0 && 'Saved.'}</p>
    </>
  )
}
