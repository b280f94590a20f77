import { Button } from '@mantine/core'
import type { AppReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMay } from '../../api/use-may.ts'
import { Badge } from '../../ui/badge.tsx'
import { Filters } from '../../ui/filters.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Table } from '../../ui/table.tsx'
import { apps } from './queries.ts'
import { appsShown, readAppSearch, unboundIn } from './search.ts'

/** What calls APIs: by which names, and whether each has an account behind it. */
export function AppsPage() {
  const search = useSearch({ from: '/apps' })
  const navigate = useNavigate({ from: '/apps' })
  const query = useQuery(apps)
  const mayWrite = useMay('apps:write')
  return (
    <Page
      title="Apps"
      beside={
        mayWrite && (
          <Button component={Link} to="/apps/new">
            New app
          </Button>
        )
      }
    >
      <Filters>
        <SearchField
          text={search.q ?? ''}
          placeholder="Name, key, adapter or integration"
          onSearch={(q) => void navigate({ search: readAppSearch({ ...search, q }), replace: true })}
        />
      </Filters>
      <Section title={search.q === undefined ? 'All apps' : 'Apps that match'}>
        <Loaded query={query} rows={6}>
          {(all) => <Shown all={all} shown={appsShown(all, search)} sort={search.sort ?? 'name'} />}
        </Loaded>
      </Section>
    </Page>
  )
}

function Shown(content: {
  readonly all: readonly AppReply[]
  readonly shown: readonly AppReply[]
  readonly sort: string
}) {
  const { all, shown, sort } = content
  if (all.length === 0) {
    return (
      <Empty>
        There are no apps yet. An app is whatever calls APIs: it names each one, and its profiles (dev, qa,
        prod) say with which account.
      </Empty>
    )
  }
  if (shown.length === 0) return <Empty>No app matches. Search for less.</Empty>
  return (
    <Table
      sort={sort}
      heads={[
        ...[{ label: 'App', sort: 'name' }, { label: 'Key', sort: 'key' }, 'Calls', 'Profiles'],
        ...[
          { label: 'Bindings', sort: 'unbound' },
          { label: 'Changed', sort: 'updated' },
        ],
      ]}
    >
      {shown.map((app) => (
        <AppRow key={app.key} app={app} />
      ))}
    </Table>
  )
}

function AppRow({ app }: { readonly app: AppReply }) {
  const { key, name, adapters, profiles, updatedAt } = app
  const unbound = unboundIn(app)
  return (
    <tr>
      <th scope="row">
        <Link to="/apps/$key" params={{ key }}>
          {name}
        </Link>
      </th>
      <td data-label="Key">
        <code>{key}</code>
      </td>
      <td data-label="Calls">{adapters.map((adapter) => adapter.name).join(', ') || 'nothing yet'}</td>
      <td data-label="Profiles">{profiles.map((profile) => profile.name).join(', ') || 'none'}</td>
      <td>
        {adapters.length > 0 && (
          <Badge tone={unbound === 0 ? 'good' : 'warn'}>
            {unbound === 0 ? 'All bound' : `${unbound} not bound`}
          </Badge>
        )}
      </td>
      <td data-label="Changed">
        <Moment at={updatedAt} />
      </td>
    </tr>
  )
}
