import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { NewForm } from '../definitions/new-form.tsx'

/** An OAuth client that many integrations are to share. */
export function NewOAuthClientPage() {
  const { provider } = useSearch({ from: '/oauth-clients/new' })
  const navigate = useNavigate()
  return (
    <>
      <Trail>
        <Link to="/oauth-clients">OAuth clients</Link>
      </Trail>
      <Page title="New OAuth client">
        <NewForm
          noun="oauth-client"
          provider={provider}
          onSaved={({ key }) => void navigate({ to: '/oauth-clients/$key', params: { key } })}
        />
      </Page>
    </>
  )
}
