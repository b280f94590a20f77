import type { ApiKeyReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Moment } from '../../ui/moment.tsx'
import { Table } from '../../ui/table.tsx'
import { KeyState } from './key-state.tsx'
import { placeOf } from './search.ts'

/** One key a row. With `sort` its heads sort the list that the address tells. */
export function KeyTable({ keys, sort }: { readonly keys: readonly ApiKeyReply[]; readonly sort?: string }) {
  const head = (label: string, column: string) => (sort === undefined ? label : { label, sort: column })
  return (
    <Table
      {...(sort !== undefined && { sort })}
      heads={[
        ...[head('Key', 'name'), 'State', head('Limited to', 'place'), 'Scopes'],
        ...[head('Last used', 'used'), head('Expires', 'expires')],
      ]}
    >
      {keys.map((key) => (
        <tr key={key.id}>
          <th scope="row">
            <Link to="/keys/$id" params={{ id: key.id }}>
              {key.name}
            </Link>
          </th>
          <td>
            <KeyState apiKey={key} />
          </td>
          <td data-label="Limited to">
            {[placeOf(key), ...(key.accounts ? [accountsIn(key.accounts.length)] : [])].join(', ')}
          </td>
          <td data-label="Scopes">{scopesIn(key)}</td>
          <td data-label="Last used">
            {key.lastUsedAt === undefined ? 'never' : <Moment at={key.lastUsedAt} />}
          </td>
          <td data-label="Expires">
            <Moment at={key.expiresAt} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

function accountsIn(count: number): string {
  return count === 1 ? '1 account' : `${count} accounts`
}

const mostNamed = 3

function scopesIn({ scopes }: ApiKeyReply): string {
  const named = scopes.slice(0, mostNamed).join(', ')
  return scopes.length > mostNamed ? `${named} and ${scopes.length - mostNamed} more` : named
}
