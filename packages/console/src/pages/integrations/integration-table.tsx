import { Link } from '@tanstack/react-router'
import { Moment } from '../../ui/moment.tsx'
import { Table } from '../../ui/table.tsx'
import { authLabel } from './auth-types.ts'
import classes from './integration-table.module.css'
import type { ListedIntegration } from './listed.ts'

const heads = [
  { label: 'Integration', sort: 'name' },
  { label: 'Type', sort: 'type' },
  { label: 'Provider', sort: 'provider' },
  { label: 'Accounts', sort: 'accounts' },
  { label: 'Changed', sort: 'updated' },
] as const

/** One integration a row. */
export function IntegrationTable(content: {
  readonly rows: readonly ListedIntegration[]
  readonly sort: string
  /** Whether it is known how many accounts each has. */
  readonly counted: boolean
}) {
  const { rows, sort, counted } = content
  return (
    <Table heads={heads} sort={sort}>
      {rows.map(({ integration: { key, name, auth, provider, updatedAt }, accounts }) => (
        <tr key={key}>
          <th scope="row">
            <Link to="/integrations/$key" params={{ key }}>
              {name}
            </Link>
            <code className={classes.key}>{key}</code>
          </th>
          <td data-label="Type">{authLabel(auth.type)}</td>
          <td data-label="Provider">{provider ?? '–'}</td>
          <td data-label="Accounts">{counted ? accounts : '–'}</td>
          <td data-label="Changed">
            <Moment at={updatedAt} />
          </td>
        </tr>
      ))}
    </Table>
  )
}
