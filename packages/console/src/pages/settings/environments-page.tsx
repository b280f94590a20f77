import type { EnvironmentReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ownUser } from '../../api/queries.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { allEnvironments } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'

/** What accounts live in. */
export function EnvironmentsPage() {
  const mayChange = useQuery(ownUser).data?.scopes.includes('organization:admin') ?? false
  return (
    <SettingsPage
      title="Environments"
      tells="Each account lives in one. Profiles of apps and keys see the accounts of their own environment alone."
      beside={mayChange && <Link to="/settings/environments/new">Make an environment</Link>}
    >
      <Section title="All environments">
        <Loaded query={useQuery(allEnvironments)}>
          {(all) => (
            <Table heads={['Environment', 'Key', 'Return addresses', 'Made', 'Accounts']}>
              {all.map((each) => (
                <EnvironmentRow key={each.key} environment={each} mayChange={mayChange} />
              ))}
            </Table>
          )}
        </Loaded>
      </Section>
    </SettingsPage>
  )
}

function EnvironmentRow({
  environment: { key, name, returnUrls, createdAt },
  mayChange,
}: {
  readonly environment: EnvironmentReply
  readonly mayChange: boolean
}) {
  return (
    <tr>
      <th scope="row">
        {mayChange ? (
          <Link to="/settings/environments/$key" params={{ key }}>
            {name}
          </Link>
        ) : (
          name
        )}
      </th>
      <td data-label="Key">
        <code>{key}</code>
      </td>
      <td data-label="Return addresses">{returnUrls.length === 0 ? 'none' : returnUrls.join(', ')}</td>
      <td data-label="Made">
        <Moment at={createdAt} />
      </td>
      <td>
        <Link to="/accounts" search={{ environment: key }} aria-label={`Show the accounts of ${name}`}>
          Show
        </Link>
      </td>
    </tr>
  )
}
