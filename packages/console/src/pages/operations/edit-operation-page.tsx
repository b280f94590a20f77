import type { OperationReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { Builder } from './builder.tsx'
import { draftOf, patchOf } from './draft.ts'
import { operation } from './queries.ts'

/** A saved operation in the builder. */
export function EditOperationPage() {
  const { key } = useParams({ from: '/operations/$key/edit' })
  const query = useQuery({ ...operation(key), refetchOnWindowFocus: false })
  const title = query.data ? `Edit ${query.data.name}` : 'Edit'
  return (
    <>
      <Trail>
        <Link to="/operations">Operations</Link> /{' '}
        <Link to="/operations/$key" params={{ key }}>
          {query.data?.name ?? key}
        </Link>
      </Trail>
      <Page title={title}>
        <Loaded query={query} rows={6}>
          {(saved) => <Edited saved={saved} />}
        </Loaded>
      </Page>
    </>
  )
}

function Edited({ saved }: { readonly saved: OperationReply }) {
  const navigate = useNavigate()
  const [before] = useState(() => draftOf(saved))
  const [{ draft }, set] = useDraft({ draft: before })
  const saving = useChange(
    () =>
      request('PATCH', '/v1/operations/{key}', {
        params: { key: saved.key },
        body: patchOf(before, draft) as never,
      }),
    ['operations'],
    (made) => made && void navigate({ to: '/operations/$key', params: { key: made.key } }),
  )
  return (
    <Builder
      isNew={false}
      {...{ draft, saving }}
      onChange={(next) => set({ draft: next })}
      onSave={() => saving.mutate(undefined)}
    />
  )
}
