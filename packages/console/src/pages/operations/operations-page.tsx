import { NativeSelect } from '@mantine/core'
import type { OperationReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ownUser } from '../../api/queries.ts'
import { Filters } from '../../ui/filters.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { SearchLink } from '../../ui/search-link.tsx'
import { Table } from '../../ui/table.tsx'
import { found, valuesOf } from './found.ts'
import classes from './operations-page.module.css'
import { operations } from './queries.ts'
import { type OperationSearch, readOperationSearch } from './search.ts'

const heads = [
  { label: 'Operation', sort: 'name' },
  { label: 'Key', sort: 'key' },
  { label: 'Integration', sort: 'integration' },
  { label: 'Adapter', sort: 'adapter' },
  { label: 'Steps', sort: 'steps' },
  { label: 'Changed', sort: 'updatedAt' },
] as const

/** The operations of the organization, by what the address says. */
export function OperationsPage() {
  const search = useSearch({ from: '/operations' })
  const query = useQuery(operations)
  const scopes = useQuery(ownUser).data?.scopes ?? []
  return (
    <Page
      title="Operations"
      beside={
        scopes.includes('operations:write') && (
          <nav aria-label="New" className={classes.ways}>
            {scopes.includes('operations:run') && <Link to="/operations/new">New operation</Link>}
            <Link to="/operations/import">Import</Link>
          </nav>
        )
      }
    >
      <p className={classes.what}>
        Requests to APIs that are saved once and run by name, from here or from code.
      </p>
      <OperationFilters search={search} all={query.data ?? []} />
      <Section title="Operations">
        <Loaded query={query} rows={8}>
          {(all) => <Found all={all} search={search} />}
        </Loaded>
      </Section>
    </Page>
  )
}

function OperationFilters({
  search,
  all,
}: {
  readonly search: OperationSearch
  readonly all: readonly OperationReply[]
}) {
  const navigate = useNavigate({ from: '/operations' })
  const set = (change: Readonly<Record<string, string>>) =>
    void navigate({ search: readOperationSearch({ ...search, page: undefined, ...change }), replace: true })
  const choices = (any: string, member: 'integration' | 'adapter') => {
    const known = valuesOf(all, member)
    const chosen = search[member]
    const isOther = chosen !== undefined && !known.includes(chosen)
    return [{ value: '', label: any }, ...known, ...(isOther ? [chosen] : [])]
  }
  return (
    <Filters>
      <SearchField
        text={search.q ?? ''}
        placeholder="Part of a name, key or description"
        onSearch={(q) => set({ q })}
      />
      <NativeSelect
        label="Integration"
        value={search.integration ?? ''}
        data={choices('Any integration', 'integration')}
        onChange={(event) => set({ integration: event.currentTarget.value })}
      />
      <NativeSelect
        label="Adapter"
        value={search.adapter ?? ''}
        data={choices('Any adapter', 'adapter')}
        onChange={(event) => set({ adapter: event.currentTarget.value })}
      />
    </Filters>
  )
}

function Found({
  all,
  search,
}: {
  readonly all: readonly OperationReply[]
  readonly search: OperationSearch
}) {
  const { items, total, hasNext } = found(all, search)
  const { page = 1, sort = 'name' } = search
  if (all.length === 0)
    return (
      <Empty>
        There are no operations yet. Compose one, or import those of a provider or an OpenAPI document.
      </Empty>
    )
  if (total === 0) return <Empty>No operation matches. Take a filter away to see more.</Empty>
  return (
    <>
      <Table heads={heads} sort={sort}>
        {items.map(({ id, key, name, integration, adapter, steps, updatedAt }) => (
          <tr key={id}>
            <th scope="row">
              <Link to="/operations/$key" params={{ key }}>
                {name}
              </Link>
            </th>
            <td data-label="Key">
              <code>{key}</code>
            </td>
            <td data-label="Integration">{integration ?? '–'}</td>
            <td data-label="Adapter">{adapter ?? '–'}</td>
            <td data-label="Steps">{steps.length}</td>
            <td data-label="Changed">
              <Moment at={updatedAt} />
            </td>
          </tr>
        ))}
      </Table>
      {(page > 1 || hasNext) && (
        <nav aria-label="Pages" className={classes.pages}>
          <span>{total.toLocaleString('en')} operations</span>
          {page > 1 && (
            <SearchLink change={{ page: page === 2 ? undefined : `${page - 1}` }}>Page before</SearchLink>
          )}
          {hasNext && <SearchLink change={{ page: `${page + 1}` }}>Next page</SearchLink>}
        </nav>
      )}
    </>
  )
}
