import { TextInput } from '@mantine/core'
import type { EnvironmentReply } from '@sallyport/contract'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'

const titlePath = '/connectPage/title'
const accentPath = '/connectPage/accent'

/** How the page looks on which people connect accounts by a link; what is empty is as it would be unasked. */
export function ConnectPageForm({ environment }: { readonly environment: EnvironmentReply }) {
  const { key, connectPage } = environment
  const [draft, setDraft] = useState({ title: connectPage?.title ?? '', accent: connectPage?.accent ?? '' })
  const change = useChange(
    ({ title, accent }: typeof draft) =>
      request('PATCH', '/v1/environments/{key}', {
        params: { key },
        body: { connectPage: { title: title.trim() || null, accent: accent.trim() || null } },
      }),
    ['environments'],
  )
  return (
    <ChangeForm
      change={change}
      given={draft}
      action="Save the page"
      beside={[titlePath, accentPath]}
      done="Saved."
    >
      <TextInput
        label="Title"
        description="Whose page it is for those who see it; empty: the organization’s name."
        value={draft.title}
        error={faultAt(change.error, titlePath)}
        onChange={(event) => setDraft({ ...draft, title: event.currentTarget.value })}
      />
      <TextInput
        label="Colour"
        description="Of what is pressed."
        placeholder="#2257bf"
        value={draft.accent}
        error={faultAt(change.error, accentPath)}
        onChange={(event) => setDraft({ ...draft, accent: event.currentTarget.value })}
      />
    </ChangeForm>
  )
}
