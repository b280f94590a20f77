import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ownUser } from '../../api/queries.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { settingsFor } from './sections.ts'
import classes from './settings.module.css'

/** All that can be set, as far as whoever is logged in may. */
export function SettingsIndexPage() {
  return (
    <Page title="Settings">
      <Loaded query={useQuery(ownUser)} rows={6}>
        {({ scopes }) => (
          <ul className={classes.sections}>
            {settingsFor(scopes).map(({ to, label, tells }) => (
              <li key={to}>
                <Link to={to}>{label}</Link>
                <span>{tells}</span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Page>
  )
}
