import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { NewAccount } from './new-account.tsx'
import { integrations } from './queries.ts'

/** Where an account is made: of which integration, where, and with what. */
export function NewAccountPage() {
  const search = useSearch({ from: '/accounts/new' })
  return (
    <>
      <Trail>
        <Link to="/accounts">Connected accounts</Link>
      </Trail>
      <Page title="New account">
        <Section title="Somebody’s credential at an API">
          <Loaded query={useQuery(integrations)}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty>
                  There is no integration yet, which says how an API authenticates. Make one first.
                </Empty>
              ) : (
                <NewAccount integrations={items} search={search} />
              )
            }
          </Loaded>
        </Section>
      </Page>
    </>
  )
}
