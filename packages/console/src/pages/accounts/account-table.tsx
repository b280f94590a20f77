import type { AccountReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Moment } from '../../ui/moment.tsx'
import classes from './account-table.module.css'
import { nextMoment } from './status.ts'
import { StatusBadge } from './status-badge.tsx'

/** One account a row; where it is narrow, one after the other. */
export function AccountTable({ accounts }: { readonly accounts: readonly AccountReply[] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Account</th>
          <th scope="col">Status</th>
          <th scope="col">Integration</th>
          <th scope="col">Environment</th>
          <th scope="col">Next</th>
          <th scope="col">Last used</th>
        </tr>
      </thead>
      <tbody>
        {accounts.map((account) => (
          <AccountRow key={account.id} account={account} />
        ))}
      </tbody>
    </table>
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
