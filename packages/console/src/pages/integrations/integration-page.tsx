import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { authLabel } from './auth-types.ts'
import { DefinitionView } from './definition-view.tsx'
import { IntegrationActions } from './integration-actions.tsx'
import { integration } from './queries.ts'
import { RedirectUri } from './redirect-uri.tsx'
import { RequestPreview } from './request-preview.tsx'
import { UsedBy } from './used-by.tsx'
import { Warnings } from './warnings.tsx'

/** As a merge patch. */
const unchanged = {}

/** One integration: what uses it, and how it is defined. */
export function IntegrationPage() {
  const { key } = useParams({ from: '/integrations/$key' })
  const query = useQuery(integration(key))
  const { data } = query
  return (
    <>
      <Trail>
        <Link to="/integrations">Integrations</Link>
      </Trail>
      <Page
        title={data?.name ?? 'Integration'}
        beside={data && <Badge tone="calm">{authLabel(data.auth.type)}</Badge>}
      >
        <Loaded query={query} rows={8}>
          {(shown) => (
            <>
              <IntegrationActions integration={shown} />
              <Warnings warnings={shown.warnings} />
              {shown.redirectUri !== undefined && <RedirectUri uri={shown.redirectUri} />}
              <UsedBy integration={shown.key} />
              <DefinitionView integration={shown} />
              <RequestPreview draft={unchanged} integration={shown.key} parameters={shown.parameters ?? []} />
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}
