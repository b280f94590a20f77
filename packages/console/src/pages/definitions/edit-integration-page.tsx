import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { EditForm } from './edit-form.tsx'
import { integration } from './queries.ts'

/** A definition that there is, to be changed. */
export function EditIntegrationPage() {
  const { key } = useParams({ from: '/integrations/$key/edit' })
  const query = useQuery(integration(key))
  return (
    <Page title={query.data ? `Edit ${query.data.name}` : 'Edit'}>
      <Loaded query={query} rows={8}>
        {(initial) => <EditForm noun="integration" initial={initial} onSaved={() => undefined} />}
      </Loaded>
    </Page>
  )
}
