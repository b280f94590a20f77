import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { filterWords } from './revocation-filter.ts'
import { revocations } from './revocation-queries.ts'
import { Revoking } from './revoking.tsx'
import { SettingsPage } from './settings-page.tsx'

/** After a leak: ends the tokens of all accounts that match, here and at their providers. */
export function RevocationsPage() {
  return (
    <SettingsPage
      title="Revoke many accounts"
      tells="After a leak, tokens have to end at the providers that issued them. All accounts that match are disconnected, and their providers told, however long that takes."
    >
      <Section title="Which accounts">
        <Revoking />
      </Section>
      <Section title="Revocations so far">
        <Loaded query={useQuery(revocations)}>
          {(all) =>
            all.length === 0 ? (
              <Empty>There was none.</Empty>
            ) : (
              <Table heads={['Accounts', 'Begun', 'State', 'Done']}>
                {all.map(({ id, filter, startedAt, status, done, total, failed }) => (
                  <tr key={id}>
                    <th scope="row">
                      <Link to="/settings/revocations/$id" params={{ id }}>
                        {filterWords(filter)}
                      </Link>
                    </th>
                    <td data-label="Begun">
                      <Moment at={startedAt} />
                    </td>
                    <td data-label="State">
                      <Badge tone={status === 'running' ? 'warn' : failed > 0 ? 'bad' : 'good'}>
                        {status === 'running' ? 'Under way' : failed > 0 ? `${failed} not told` : 'Done'}
                      </Badge>
                    </td>
                    <td data-label="Done">
                      {done} of {total}
                    </td>
                  </tr>
                ))}
              </Table>
            )
          }
        </Loaded>
      </Section>
    </SettingsPage>
  )
}
