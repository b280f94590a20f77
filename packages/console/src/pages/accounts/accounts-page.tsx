import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ownUser } from '../../api/queries.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { AccountFilters } from './account-filters.tsx'
import { AccountTable } from './account-table.tsx'
import { accountCounts, accountsPage } from './queries.ts'
import type { AccountSearch } from './search.ts'

/** The accounts of the organization, by what the address says. */
export function AccountsPage() {
  const search = useSearch({ from: '/accounts' })
  const navigate = useNavigate({ from: '/accounts' })
  const query = useQuery(accountsPage(search))
  const total = useQuery(accountCounts(search)).data?.total
  const mayMake = useQuery(ownUser).data?.scopes.includes('accounts:write') ?? false
  const { cursor, sort, ...filters } = search
  const isFiltered = Object.keys(filters).length > 0
  const change = (next: AccountSearch) =>
    void navigate({ search: { ...next, ...(sort && { sort }) }, replace: true })
  const { integration } = filters
  return (
    <Page
      title="Connected accounts"
      beside={
        mayMake && (
          <Button
            renderRoot={(props) => (
              <Link to="/accounts/new" search={{ ...(integration && { integration }) }} {...props} />
            )}
          >
            New account
          </Button>
        )
      }
    >
      <AccountFilters filters={filters} onChange={change} />
      <Section
        title={isFiltered ? 'Accounts that match' : 'All accounts'}
        beside={total !== undefined && <span>{told(total)}</span>}
      >
        <Loaded query={query} rows={8}>
          {({ items, nextCursor }) => (
            <>
              {items.length === 0 ? (
                <Empty>
                  {isFiltered
                    ? 'No account matches. Take a filter away to see more.'
                    : 'There are no accounts yet. An account is somebody’s credential at the API of an integration: make the first one here.'}
                </Empty>
              ) : (
                <AccountTable accounts={items} sort={sort} />
              )}
              <Pager cursor={cursor} nextCursor={nextCursor} />
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}

function told(total: number): string {
  return total === 1 ? '1 account' : `${total.toLocaleString('en')} accounts`
}
