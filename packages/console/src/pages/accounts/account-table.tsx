import type { AccountReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Moment } from '../../ui/moment.tsx'
import { Table } from '../../ui/table.tsx'
import { nextMoment } from './status.ts'
import { StatusBadge } from './status-badge.tsx'

/** One account a row; where it is narrow, one after the other. */
export function AccountTable({ accounts }: { readonly accounts: readonly AccountReply[] }) {
  return (
    <Table heads={['Account', 'Status', 'Integration', 'Environment', 'Next', 'Last used']}>
      {accounts.map((account) => (
        <AccountRow key={account.id} account={account} />
      ))}
    </Table>
  )
}

function AccountRow({ account }: { readonly account: AccountReply }) {
  const { id, name, status, integration, environment, lastUsedAt } = account
  const next = nextMoment(account)
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
      <td data-label="Next">
        {next ? (
          <>
            {next.what} <Moment at={next.at} />
          </>
        ) : (
          '–'
        )}
      </td>
      <td data-label="Last used">{lastUsedAt === undefined ? 'never' : <Moment at={lastUsedAt} />}</td>
    </tr>
  )
}
