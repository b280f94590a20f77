import type { AccountGroup } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMay } from '../../api/use-may.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { StatusBadge } from '../accounts/status-badge.tsx'
import classes from './integration.module.css'
import { accountCounts, appsWith, operationsWith } from './queries.ts'

/** What depends on an integration: whoever changes it should see that first. */
export function UsedBy({ integration }: { readonly integration: string }) {
  const [accounts, apps, operations] = [
    useMay('accounts:read'),
    useMay('apps:read'),
    useMay('operations:read'),
  ]
  return (
    <Section title="Used by">
      <div className={classes.uses}>
        {accounts && <Accounts integration={integration} />}
        {apps && <Apps integration={integration} />}
        {operations && <Operations integration={integration} />}
      </div>
    </Section>
  )
}

interface Of {
  readonly integration: string
}

function Accounts({ integration }: Of) {
  return (
    <div>
      <h3>Accounts</h3>
      <Loaded query={useQuery(accountCounts(integration))} rows={2}>
        {(counts) => (counts.length === 0 ? <p>No account is connected yet.</p> : <Counts counts={counts} />)}
      </Loaded>
    </div>
  )
}

/** Each leads to the accounts that it counts. */
function Counts({ counts }: { readonly counts: readonly AccountGroup[] }) {
  return (
    <ul>
      {counts.map(({ integration, environment, status, count }) => (
        <li key={`${environment} ${status}`}>
          <Link to="/accounts" search={{ integration, environment, status }}>
            {count} in {environment}
          </Link>
          <StatusBadge status={status} />
        </li>
      ))}
    </ul>
  )
}

function Apps({ integration }: Of) {
  return (
    <div>
      <h3>Apps</h3>
      <Loaded query={useQuery(appsWith(integration))} rows={2}>
        {(apps) =>
          apps.length === 0 ? (
            <p>No app has an adapter for it.</p>
          ) : (
            <ul>
              {apps.map(({ key, name, adapters }) => (
                <li key={key}>
                  <Link to="/apps/$key" params={{ key }}>
                    {name}
                  </Link>
                  {adapters.length === 1 ? 'adapter' : 'adapters'}{' '}
                  {adapters.map((adapter) => adapter.name).join(', ')}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  )
}

function Operations({ integration }: Of) {
  return (
    <div>
      <h3>Operations</h3>
      <Loaded query={useQuery(operationsWith(integration))} rows={2}>
        {(operations) =>
          operations.length === 0 ? (
            <p>No operation is made for its accounts.</p>
          ) : (
            <ul>
              {operations.map(({ key, name }) => (
                <li key={key}>
                  <Link to="/operations/$key" params={{ key }}>
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  )
}
