import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { Builder } from './builder.tsx'
import { newDraft } from './draft.ts'

/** A request as in any HTTP client, and, once it does what it should, an operation. */
export function NewOperationPage() {
  const { account } = useSearch({ from: '/operations/new' })
  const navigate = useNavigate()
  const [{ draft }, set] = useDraft({ draft: newDraft() })
  const saving = useChange(
    // It need not hold: the API says what is wrong with it.
    () => request('POST', '/v1/operations', { body: draft as never }),
    ['operations'],
    (made) => made && void navigate({ to: '/operations/$key', params: { key: made.key } }),
  )
  return (
    <>
      <Trail>
        <Link to="/operations">Operations</Link>
      </Trail>
      <Page title="New operation">
        <Builder
          isNew
          {...{ draft, account, saving }}
          onChange={(next) => set({ draft: next })}
          onSave={() => saving.mutate(undefined)}
        />
      </Page>
    </>
  )
}
