import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMay } from '../../api/use-may.ts'
import { Filters } from '../../ui/filters.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Way } from '../../ui/way.tsx'
import { authLabel } from './auth-types.ts'
import { IntegrationTable } from './integration-table.tsx'
import { listed } from './listed.ts'
import { accountCounts, everyIntegration } from './queries.ts'
import { type IntegrationSearch, readIntegrationSearch } from './search.ts'

/** The APIs that this organization has defined. */
export function IntegrationsPage() {
  const search = useSearch({ from: '/integrations' })
  const navigate = useNavigate({ from: '/integrations' })
  const query = useQuery(everyIntegration)
  const seesAccounts = useMay('accounts:read')
  const counts = useQuery({ ...accountCounts(), enabled: seesAccounts }).data
  const mayWrite = useMay('integrations:write')
  const set = (change: Readonly<Record<string, unknown>>) =>
    void navigate({ search: readIntegrationSearch({ ...search, ...change }), replace: true })
  const types = [...new Set(query.data?.map(({ auth }) => auth.type))].sort()
  return (
    <Page
      title="Integrations"
      beside={
        mayWrite && (
          <Way to="/providers" isMain>
            New integration
          </Way>
        )
      }
    >
      <p>How this organization authenticates to each API. Accounts are connected to them.</p>
      <Filters>
        <SearchField text={search.q ?? ''} placeholder="Name, key or provider" onSearch={(q) => set({ q })} />
        <NativeSelect
          label="Type"
          value={search.type ?? ''}
          data={[
            { value: '', label: 'Any type' },
            ...types.map((value) => ({ value, label: authLabel(value) })),
          ]}
          onChange={(event) => set({ type: event.currentTarget.value })}
        />
      </Filters>
      <Section title={isFiltered(search) ? 'Integrations that match' : 'All integrations'}>
        <Loaded query={query} rows={6}>
          {(integrations) => {
            const shown = listed(integrations, counts ?? [], search)
            if (shown.length > 0)
              return (
                <IntegrationTable rows={shown} sort={search.sort ?? 'name'} counted={counts !== undefined} />
              )
            return (
              <Empty>
                {isFiltered(search)
                  ? 'No integration matches. Take a filter away to see more.'
                  : 'No API is defined yet. Start from one of the providers that are known, or from nothing.'}
              </Empty>
            )
          }}
        </Loaded>
      </Section>
    </Page>
  )
}

function isFiltered({ q, type }: IntegrationSearch): boolean {
  return q !== undefined || type !== undefined
}
