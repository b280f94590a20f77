import { useQuery } from '@tanstack/react-query'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { EventHistogram } from './event-histogram.tsx'
import { EventTable } from './event-table.tsx'
import { LiveTail } from './live-tail.tsx'
import { eventsPage } from './queries.ts'
import { type EventSearch, isFollowed } from './search.ts'

/** The events that an address asks for: as they were, or followed. */
export function EventList({ search }: { readonly search: EventSearch }) {
  const query = useQuery(eventsPage(search))
  const { cursor, until } = search
  const end = until ?? (cursor === undefined ? undefined : query.data?.items[0]?.at)
  return (
    <Section title={cursor === undefined ? 'Latest events' : 'Older events'}>
      {query.data && query.error && <ProblemAlert error={query.error} retry={() => void query.refetch()} />}
      <Loaded query={query} rows={8}>
        {({ items, nextCursor }) => (
          <>
            {isFollowed(search) ? (
              <LiveTail page={items} />
            ) : items.length === 0 ? (
              <Empty>{nothingFound(search, nextCursor !== undefined)}</Empty>
            ) : (
              <>
                <EventHistogram events={items} until={end} />
                <EventTable events={items} />
              </>
            )}
            <Pager cursor={cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </Section>
  )
}

function nothingFound({ cursor, live, ...filters }: EventSearch, hasMore: boolean): string {
  // A list that looks for what is rare comes back now and then to say how far it came.
  if (hasMore) return 'Nothing so far. There is more to look through on the next page.'
  if (cursor !== undefined || Object.keys(filters).length > 0)
    return 'No event matches. Take a filter away to see more.'
  return 'Nothing has happened yet. Connect an account, or call an API through one.'
}
