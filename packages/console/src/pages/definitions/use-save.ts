import type { ProviderReply } from '@sallyport/contract'
import { useState } from 'react'
import { Failure } from '../../api/failure.ts'
import { useChange } from '../../api/use-change.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './form-context.tsx'
import { type DefinitionReply, type Noun, nouns } from './noun.ts'
import { bodyOfNew, patchOfChange } from './written.ts'

/** Sends a draft: all of a new one, what differs of one that there is. Tells what stands in its way. */
export function useSave(content: {
  readonly noun: Noun
  readonly initial: DefinitionReply | undefined
  readonly before: Draft
  readonly base: Draft | undefined
  readonly entry: ProviderReply | undefined
  readonly onSaved: (saved: DefinitionReply) => void
}) {
  const { noun, initial, before, base, entry, onSaved } = content
  const { input: schema, create, update, queryKeys } = nouns[noun]
  const [told, setTold] = useState<string>()
  const [asked, setAsked] = useState<Draft>()
  const written = (draft: Draft) =>
    initial
      ? patchOfChange(schema, { before, draft, secretsSet: initial.secretsSet }).patch
      : bodyOfNew(schema, draft, base && entry && { base, version: entry.version })
  const change = useChange(
    async ({ draft, reconnect }: { readonly draft: Draft; readonly reconnect: boolean }) => {
      return initial ? update(initial.key, written(draft), reconnect) : create(written(draft))
    },
    queryKeys,
    (saved) => {
      setAsked(undefined)
      if (saved) onSaved(saved)
    },
  )
  const send = (draft: Draft) => {
    const refused =
      initial && refusalOf(patchOfChange(schema, { before, draft, secretsSet: initial.secretsSet }))
    setTold(refused)
    if (refused === undefined) change.mutate({ draft, reconnect: false })
  }
  const failure = change.error instanceof Failure ? change.error : undefined
  const faults: readonly Fault[] = failure?.problem?.errors ?? []
  const accounts = failure?.code === 'accounts_affected' ? failure.problem?.accounts : undefined
  const sent = change.variables
  const isLeft = asked !== undefined && asked === sent?.draft
  return {
    ...{ written, send, told, faults },
    title: failure?.problem?.title,
    change,
    /** By what is no fault of the draft. */
    isRefusedOtherwise: faults.length === 0 && (!accounts || isLeft),
    affected: isLeft ? undefined : accounts,
    reconnect: () => sent && change.mutate({ draft: sent.draft, reconnect: true }),
    leave: () => setAsked(sent?.draft),
  }
}

function refusalOf({ patch, isWhole }: ReturnType<typeof patchOfChange>): string | undefined {
  if (!isWhole)
    return 'A change cannot write null into what is stored. Take the member away, or make another definition.'
  return Object.keys(patch).length === 0 ? 'Nothing was changed.' : undefined
}
