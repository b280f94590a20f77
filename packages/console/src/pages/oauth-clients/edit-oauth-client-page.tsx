import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { EditForm } from '../definitions/edit-form.tsx'
import { oauthClient } from './queries.ts'

/** A client that there is, to be changed for all who use it. */
export function EditOAuthClientPage() {
  const { key } = useParams({ from: '/oauth-clients/$key/edit' })
  const query = useQuery(oauthClient(key))
  const navigate = useNavigate()
  const { data } = query
  return (
    <>
      <Trail>
        <Link to="/oauth-clients/$key" params={{ key }}>
          {data?.name ?? key}
        </Link>
      </Trail>
      <Page title={data ? `Edit ${data.name}` : 'Edit'}>
        <Loaded query={query} rows={8}>
          {(initial) => (
            <EditForm
              noun="oauth-client"
              initial={initial}
              onSaved={() => void navigate({ to: '/oauth-clients/$key', params: { key } })}
            />
          )}
        </Loaded>
      </Page>
    </>
  )
}
