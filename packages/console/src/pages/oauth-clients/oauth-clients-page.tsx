import type { OAuthClientReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMay } from '../../api/use-may.ts'
import { Filters } from '../../ui/filters.tsx'
import { matches } from '../../ui/list-search.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { sorted } from '../../ui/sorted.ts'
import { Table } from '../../ui/table.tsx'
import { oauthClients } from './queries.ts'

const values = {
  name: ({ name }: OAuthClientReply) => name,
  key: ({ key }: OAuthClientReply) => key,
  integrations: ({ uses }: OAuthClientReply) => uses.integrations,
  accounts: ({ uses }: OAuthClientReply) => uses.accounts,
}

/** The OAuth clients of the organization. */
export function OAuthClientsPage() {
  const { q, sort } = useSearch({ from: '/oauth-clients' })
  const navigate = useNavigate({ from: '/oauth-clients' })
  const mayWrite = useMay('clients:write')
  return (
    <Page title="OAuth clients" beside={mayWrite && <Link to="/oauth-clients/new">New OAuth client</Link>}>
      <p>
        A client id and secret at a provider, with all that its tokens are asked for with. Many integrations
        can share one.
      </p>
      <Filters>
        <SearchField
          text={q ?? ''}
          placeholder="Name or key"
          onSearch={(text) =>
            void navigate({
              search: { ...(sort && { sort }), ...(text !== '' && { q: text }) },
              replace: true,
            })
          }
        />
      </Filters>
      <Section title={q === undefined ? 'All OAuth clients' : 'OAuth clients that match'}>
        <Loaded query={useQuery(oauthClients)} rows={6}>
          {(all) => {
            const shown = all.filter(({ name, key }) => matches(q, name, key))
            if (shown.length === 0) return <None isSearched={q !== undefined} />
            return <ClientTable clients={sorted(shown, sort ?? 'name', values)} sort={sort ?? 'name'} />
          }}
        </Loaded>
      </Section>
    </Page>
  )
}

function None({ isSearched }: { readonly isSearched: boolean }) {
  return (
    <Empty>
      {isSearched
        ? 'No OAuth client matches. Search for less to see more.'
        : 'There are none yet. An integration can have a client of its own; make one here where several share it.'}
    </Empty>
  )
}

function ClientTable(content: { readonly clients: readonly OAuthClientReply[]; readonly sort: string }) {
  const { clients, sort } = content
  const heads = [
    { label: 'Name', sort: 'name' },
    { label: 'Key', sort: 'key' },
    'Provider',
    { label: 'Integrations', sort: 'integrations' },
    { label: 'Accounts', sort: 'accounts' },
  ]
  return (
    <Table heads={heads} sort={sort}>
      {clients.map(({ key, name, provider, uses }) => (
        <tr key={key}>
          <th scope="row">
            <Link to="/oauth-clients/$key" params={{ key }}>
              {name}
            </Link>
          </th>
          <td data-label="Key">
            <code>{key}</code>
          </td>
          <td data-label="Provider">{provider ?? '–'}</td>
          <td data-label="Integrations">{uses.integrations}</td>
          <td data-label="Accounts">{uses.accounts}</td>
        </tr>
      ))}
    </Table>
  )
}
