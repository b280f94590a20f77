import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { AccountFilters } from './account-filters.tsx'
import { AccountTable } from './account-table.tsx'
import { accountsPage } from './queries.ts'
import type { AccountSearch } from './search.ts'

/** The accounts of the organization, by what the address says. */
export function AccountsPage() {
  const search = useSearch({ from: '/accounts' })
  const navigate = useNavigate({ from: '/accounts' })
  const query = useQuery(accountsPage(search))
  const { cursor, ...filters } = search
  const isFiltered = Object.keys(filters).length > 0
  const change = (next: AccountSearch) => void navigate({ search: next, replace: true })
  return (
    <Page title="Connected accounts">
      <AccountFilters filters={filters} onChange={change} />
      <Section title={isFiltered ? 'Accounts that match' : 'All accounts'}>
        <Loaded query={query} rows={8}>
          {({ items, nextCursor }) => (
            <>
              {items.length === 0 ? (
                <Empty>
                  {isFiltered
                    ? 'No account matches. Take a filter away to see more.'
                    : 'There are no accounts yet. POST /v1/accounts connects the first one.'}
                </Empty>
              ) : (
                <AccountTable accounts={items} />
              )}
              <Pager cursor={cursor} nextCursor={nextCursor} />
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
