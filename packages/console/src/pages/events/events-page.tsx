import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ownUser } from '../../api/queries.ts'
import { Page } from '../../ui/page.tsx'
import { EventFilters } from './event-filters.tsx'
import { EventList } from './event-list.tsx'
import classes from './events.module.css'
import { type EventSearch, isFollowed } from './search.ts'

/** What happened to accounts, and each call: as a list, or as it happens. */
export function EventsPage() {
  const search = useSearch({ from: '/events' })
  const navigate = useNavigate({ from: '/events' })
  const { cursor, live, ...filters } = search
  const show = (next: EventSearch) => void navigate({ search: next, replace: true })
  const hasWebhooks = useQuery(ownUser).data?.scopes.includes('organization:admin')
  return (
    <Page
      title="Events"
      beside={
        <div className={classes.beside}>
          <Switch
            label="Live"
            checked={isFollowed(search)}
            // What is older than a moment, or another page, does not change.
            disabled={search.until !== undefined}
            onChange={(event) => show({ ...filters, ...(event.currentTarget.checked && { live: true }) })}
          />
          {hasWebhooks && <Link to="/webhooks">Webhooks</Link>}
        </div>
      }
    >
      <p className={classes.tells}>
        What happened to accounts, and each call of an API. Nothing of a query, a header or a body is kept.
      </p>
      <EventFilters
        filters={filters}
        onChange={(next) => show({ ...next, ...(live && next.until === undefined && { live }) })}
      />
      <EventList key={JSON.stringify({ ...filters, cursor })} search={search} />
    </Page>
  )
}
