import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ownUser } from '../../api/queries.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { type Entry, merged } from './entries.ts'
import { EventEntry } from './event-entry.tsx'
import { accountEvents, traces } from './queries.ts'
import classes from './timeline.module.css'
import { TraceEntry } from './trace-entry.tsx'

/** Each change of an account, and each exchange with its provider, newest first. */
export function Timeline({ id }: { readonly id: string }) {
  const mayReadEvents = useQuery(ownUser).data?.scopes.includes('events:read') ?? false
  const exchanged = useInfiniteQuery(traces(id))
  const happened = useInfiniteQuery({ ...accountEvents(id), enabled: mayReadEvents })
  const hasOlder = exchanged.hasNextPage || happened.hasNextPage
  const older = () => {
    if (exchanged.hasNextPage) void exchanged.fetchNextPage()
    if (happened.hasNextPage) void happened.fetchNextPage()
  }
  const entries = (pages: typeof exchanged.data) =>
    merged(
      { items: pages?.pages.flatMap(({ items }) => items) ?? [], isWhole: !exchanged.hasNextPage },
      { items: happened.data?.pages.flatMap(({ items }) => items) ?? [], isWhole: !happened.hasNextPage },
    )
  return (
    <Section title="Timeline">
      {happened.error && <ProblemAlert error={happened.error} retry={() => void happened.refetch()} />}
      <Loaded query={exchanged}>{(pages) => <Entries entries={entries(pages)} />}</Loaded>
      {hasOlder && (
        <Button
          variant="default"
          loading={exchanged.isFetchingNextPage || happened.isFetchingNextPage}
          onClick={older}
        >
          Show older
        </Button>
      )}
    </Section>
  )
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  if (entries.length === 0) return <Empty>Nothing has happened to this account yet.</Empty>
  return (
    <ol className={classes.entries}>
      {entries.map((entry) => (
        <li key={entry.id}>
          {entry.kind === 'trace' ? <TraceEntry trace={entry.trace} /> : <EventEntry event={entry.event} />}
        </li>
      ))}
    </ol>
  )
}
