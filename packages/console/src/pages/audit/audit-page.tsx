import type { AuditReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ManyFilters, MoreFilters } from '../../ui/filters.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { ExactMoment } from '../../ui/moment.tsx'
import { MomentField } from '../../ui/moment-field.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { SearchLink } from '../../ui/search-link.tsx'
import { Table } from '../../ui/table.tsx'
import { TextFilter } from '../../ui/text-filter.tsx'
import classes from './audit.module.css'
import { auditPage } from './queries.ts'
import { type AuditSearch, readAuditSearch } from './search.ts'
import { actionWords, actorWords } from './words.ts'

/** Who changed what. */
export function AuditPage() {
  const search = useSearch({ from: '/audit' })
  const navigate = useNavigate({ from: '/audit' })
  const { cursor, ...filters } = search
  const isFiltered = Object.keys(filters).length > 0
  return (
    <Page title="Audit" beside={<Link to="/audit/chain">Verify and export</Link>}>
      <p className={classes.tells}>
        Who changed what, from where. Entries are chained and signed: nobody changes or takes out one of them
        unnoticed.
      </p>
      <AuditFilters filters={filters} onChange={(next) => void navigate({ search: next, replace: true })} />
      <Section title={isFiltered ? 'Entries that match' : 'All entries'}>
        <Loaded query={useQuery(auditPage(search))} rows={8}>
          {({ items, nextCursor }) => (
            <>
              {items.length === 0 ? (
                <Empty>No entry matches. Take a filter away to see more.</Empty>
              ) : (
                <EntryTable entries={items} />
              )}
              <Pager cursor={cursor} nextCursor={nextCursor} />
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}

function AuditFilters(content: {
  readonly filters: Omit<AuditSearch, 'cursor'>
  readonly onChange: (filters: AuditSearch) => void
}) {
  const { filters, onChange } = content
  const { action, actor, target, since, until } = filters
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    onChange(readAuditSearch({ ...filters, ...change }))
  return (
    <>
      <ManyFilters>
        <SearchField
          text={target ?? ''}
          placeholder="Id, key or name of what was changed"
          onSearch={(text) => set({ target: text })}
        />
        <TextFilter
          label="Action"
          placeholder="integration.updated"
          value={action}
          onChange={(text) => set({ action: text })}
        />
      </ManyFilters>
      <MoreFilters isOpen={[actor, since, until].some((each) => each !== undefined)}>
        <TextFilter label="Who (id)" value={actor} onChange={(text) => set({ actor: text })} />
        <MomentField label="Since" at={since} onChange={(at) => set({ since: at })} />
        <MomentField label="Until" at={until} onChange={(at) => set({ until: at })} />
      </MoreFilters>
    </>
  )
}

function EntryTable({ entries }: { readonly entries: readonly AuditReply[] }) {
  return (
    <Table heads={['What', 'Of', 'Who', 'When', 'From']}>
      {entries.map((entry) => (
        <EntryRow key={entry.id} entry={entry} />
      ))}
    </Table>
  )
}

function EntryRow({ entry }: { readonly entry: AuditReply }) {
  const { id, at, action, actor, address, target } = entry
  const who = actorWords(actor)
  return (
    <tr>
      <th scope="row">
        <Link to="/audit/$id" params={{ id }}>
          {actionWords(action)}
        </Link>
      </th>
      <td data-label="Of" className={classes.name}>
        {target.name ?? target.id}
      </td>
      <td data-label="Who" className={classes.name}>
        {actor.id === undefined ? (
          who
        ) : (
          <SearchLink change={{ actor: actor.id, cursor: undefined }}>{who}</SearchLink>
        )}
      </td>
      <td data-label="When">
        <ExactMoment at={at} />
      </td>
      <td data-label="From">{address ?? '–'}</td>
    </tr>
  )
}
