import type { AccountReply, AccountSort } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Moment } from '../../ui/moment.tsx'
import type { Sort } from '../../ui/sorted.ts'
import { Table } from '../../ui/table.tsx'
import { creatorName } from './creator.ts'
import { StatusBadge } from './status-badge.tsx'

const heads = [
  { label: 'Account', sort: 'name' },
  { label: 'Status', sort: 'status' },
  'Integration',
  'Environment',
  { label: 'Expires', sort: 'reconnectBy' },
  'Last used',
  { label: 'Made', sort: 'createdAt' },
] as const satisfies readonly (string | { readonly label: string; readonly sort: AccountSort })[]

/** One account a row; where it is narrow, one after the other. */
export function AccountTable(content: {
  readonly accounts: readonly AccountReply[]
  readonly sort: Sort<AccountSort> | undefined
}) {
  const { accounts, sort } = content
  return (
    <Table heads={heads} {...(sort && { sort })}>
      {accounts.map((account) => (
        <AccountRow key={account.id} account={account} />
      ))}
    </Table>
  )
}

function AccountRow({ account }: { readonly account: AccountReply }) {
  const { id, name, status, integration, environment, lastUsedAt, createdAt } = account
  return (
    <tr>
      <th scope="row">
        <Link to="/accounts/$id" params={{ id }}>
          {name}
        </Link>
      </th>
      <td>
        <StatusBadge status={status} />
      </td>
      <td data-label="Integration">{integration}</td>
      <td data-label="Environment">{environment}</td>
      <td data-label="Expires">
        <Expiry account={account} />
      </td>
      <td data-label="Last used">{lastUsedAt === undefined ? 'never' : <Moment at={lastUsedAt} />}</td>
      <td data-label="Made">
        <Moment at={createdAt} /> by {creatorName(account)}
      </td>
    </tr>
  )
}

/** When somebody has to connect it again; what renews itself does not end. */
function Expiry({ account }: { readonly account: AccountReply }) {
  const { reconnectBy, nextRenewalAt, expiresAt, status } = account
  if (status === 'disabled' || status === 'revoked') return '–'
  if (reconnectBy !== undefined) return <Moment at={reconnectBy} />
  if (nextRenewalAt !== undefined) return 'renews itself'
  return expiresAt === undefined ? '–' : <Moment at={expiresAt} />
}
