import { NativeSelect } from '@mantine/core'
import type { NewApiKeyReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { addressOf } from '../../api/addresses.ts'
import { Section } from '../../ui/page.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { SnippetTabs } from './snippet-tabs.tsx'
import { firstCall, snippets } from './snippets.ts'
import { callTargets } from './targets.ts'

/** A key when it has just been made, which is the only time that it is shown, and a call that can be made with it. */
export function ShownKey({ made }: { readonly made: NewApiKeyReply }) {
  const targets = useQuery(callTargets(made))
  const [chosen, setChosen] = useState('')
  const known = targets.data ?? []
  const target = known.find(({ name }) => name === chosen) ?? known[0]
  const call = firstCall(made.scopes, target)
  const url = new URL(addressOf('/'), location.href).href.replace(/\/$/, '')
  return (
    <>
      <SecretOnce label={`The key ${made.name}`} secret={made.key} />
      {call && targets.isFetched && (
        <Section title="A first call">
          {known.length > 1 && (
            <NativeSelect
              label="What to call"
              mb="md"
              maw="20rem"
              value={target?.name ?? ''}
              data={known.map(({ name, label }) => ({ value: name, label }))}
              onChange={(event) => setChosen(event.currentTarget.value)}
            />
          )}
          <SnippetTabs snippets={snippets(url, made.key, call)} />
        </Section>
      )}
    </>
  )
}
