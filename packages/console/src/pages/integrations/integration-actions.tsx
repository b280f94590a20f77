import { useMay } from '../../api/use-may.ts'
import { Way } from '../../ui/way.tsx'
import classes from './integration.module.css'
import type { Integration } from './queries.ts'
import { Removal } from './removal.tsx'

/** What can be done with an integration, as far as whoever is logged in may. */
export function IntegrationActions({ integration }: { readonly integration: Integration }) {
  const { key } = integration
  const [mayConnect, mayWrite] = [useMay('accounts:write'), useMay('integrations:write')]
  if (!mayConnect && !mayWrite) return undefined
  return (
    <section aria-label="Actions" className={classes.actions}>
      {mayConnect && (
        <Way to="/accounts/new" search={{ integration: key }} isMain>
          Connect an account
        </Way>
      )}
      {mayWrite && (
        <Way to="/integrations/$key/edit" params={{ key }}>
          Edit
        </Way>
      )}
      {mayWrite && <Removal integration={integration} />}
    </section>
  )
}
