import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { NewForm } from './new-form.tsx'

/** An API that is defined: from an entry of the catalogue where the address names one, else from nothing. */
export function NewIntegrationPage() {
  const { provider } = useSearch({ from: '/integrations/new' })
  const navigate = useNavigate()
  return (
    <>
      <Trail>
        <Link to="/integrations">Integrations</Link>
      </Trail>
      <Page title="New integration">
        <NewForm
          noun="integration"
          provider={provider}
          onSaved={({ key }) => void navigate({ to: '/integrations/$key', params: { key } })}
        />
      </Page>
    </>
  )
}
