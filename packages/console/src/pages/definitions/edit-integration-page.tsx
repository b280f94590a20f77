import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { integration } from '../integrations/queries.ts'
import { EditForm } from './edit-form.tsx'

/** A definition that there is, to be changed. */
export function EditIntegrationPage() {
  const { key } = useParams({ from: '/integrations/$key/edit' })
  const query = useQuery(integration(key))
  const { data } = query
  return (
    <>
      <Trail>
        <Link to="/integrations/$key" params={{ key }}>
          {data?.name ?? key}
        </Link>
      </Trail>
      <Page title={data ? `Edit ${data.name}` : 'Edit'}>
        <Loaded query={query} rows={8}>
          {(initial) => <EditForm noun="integration" initial={initial} />}
        </Loaded>
      </Page>
    </>
  )
}
