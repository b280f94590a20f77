import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { AccountActions } from './account-actions.tsx'
import { AccountFacts } from './account-facts.tsx'
import { AccountState } from './account-state.tsx'
import { account } from './queries.ts'
import { StatusBadge } from './status-badge.tsx'
import { Timeline } from './timeline.tsx'

/** One account: how it stands, what to do, and all that happened to it. */
export function AccountPage() {
  const { id } = useParams({ from: '/accounts/$id' })
  const query = useQuery(account(id))
  const { data } = query
  return (
    <>
      <Trail>
        <Link to="/accounts">Connected accounts</Link>
      </Trail>
      <Page title={data?.name ?? 'Account'} beside={data && <StatusBadge status={data.status} />}>
        <Loaded query={query} rows={6}>
          {(shown) => (
            <>
              <AccountState account={shown} />
              <AccountActions account={shown} />
              <Section title="Details">
                <AccountFacts account={shown} />
              </Section>
              <Timeline id={id} />
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}
