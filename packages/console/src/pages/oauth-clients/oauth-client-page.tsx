import type { OAuthClientReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useMay } from '../../api/use-may.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { RedirectUri } from '../integrations/redirect-uri.tsx'
import { Warnings } from '../integrations/warnings.tsx'
import { ClientActions } from './client-actions.tsx'
import classes from './oauth-client-page.module.css'
import { oauthClient } from './queries.ts'

/** One OAuth client: what it is, who uses it, and what can be done with it. */
export function OAuthClientPage() {
  const { key } = useParams({ from: '/oauth-clients/$key' })
  const query = useQuery(oauthClient(key))
  const mayWrite = useMay('clients:write')
  return (
    <>
      <Trail>
        <Link to="/oauth-clients">OAuth clients</Link>
      </Trail>
      <Page title={query.data?.name ?? 'OAuth client'}>
        <Loaded query={query} rows={6}>
          {(client) => (
            <>
              <Warnings warnings={client.warnings} />
              {client.redirectUri !== undefined && <RedirectUri uri={client.redirectUri} />}
              {mayWrite && <ClientActions client={client} />}
              <Section title="Details">
                <ClientFacts client={client} />
              </Section>
              <UsedBy client={client} />
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}

function ClientFacts({ client }: { readonly client: OAuthClientReply }) {
  const { key, id, provider, clientId, scopes = [], secretsSet, tokenUrl, createdAt, updatedAt } = client
  const facts = [
    ['Key', <code key="key">{key}</code>],
    ['Id', <code key="id">{id}</code>],
    ['Provider', provider],
    ['Client ID', clientId],
    ['Token URL', tokenUrl],
    ['Scopes', scopes.length === 0 ? undefined : scopes.join(' ')],
    ['Secrets', secretsSet.length === 0 ? 'none' : 'stored, never shown'],
    ['Created', <Moment key="created" at={createdAt} />],
    ['Changed', <Moment key="changed" at={updatedAt} />],
  ] as const
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) =>
        value === undefined ? undefined : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

function UsedBy({ client: { usedBy, uses } }: { readonly client: OAuthClientReply }) {
  const rest = uses.integrations - usedBy.length
  return (
    <Section title="Used by">
      {usedBy.length === 0 ? (
        <Empty>
          No integration uses it yet. Choose it as the authentication of an integration: OAuth 2.0, by a
          shared client.
        </Empty>
      ) : (
        <>
          <ul>
            {usedBy.map(({ key, name }) => (
              <li key={key}>
                <Link to="/integrations/$key" params={{ key }}>
                  {name}
                </Link>
              </li>
            ))}
          </ul>
          <p>
            {rest > 0 && `And ${rest} more. `}
            {uses.accounts === 1 ? '1 account is' : `${uses.accounts} accounts are`} connected through it.
          </p>
        </>
      )}
    </Section>
  )
}
