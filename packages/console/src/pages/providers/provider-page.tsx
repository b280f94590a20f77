import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { authLabel } from '../integrations/auth-types.ts'
import { EntryView } from './entry-view.tsx'
import { provider } from './queries.ts'

/** What is known of a provider, and what it leaves to whoever uses it. */
export function ProviderPage() {
  const { id } = useParams({ from: '/providers/$id' })
  const query = useQuery(provider(id))
  const { data } = query
  return (
    <>
      <Trail>
        <Link to="/integrations">Integrations</Link> / <Link to="/providers">Providers</Link>
      </Trail>
      <Page
        title={data?.name ?? 'Provider'}
        beside={data && <Badge tone="calm">{authLabel(data.auth)}</Badge>}
      >
        <Loaded query={query} rows={8}>
          {(entry) => <EntryView entry={entry} />}
        </Loaded>
      </Page>
    </>
  )
}
