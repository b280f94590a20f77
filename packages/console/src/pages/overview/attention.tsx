import type { AccountReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { statuses } from '../accounts/status.ts'
import { StatusBadge } from '../accounts/status-badge.tsx'
import classes from './attention.module.css'
import { waiting } from './queries.ts'

/** The accounts that wait for somebody, the most urgent first, each with the one thing to do. */
export function Attention() {
  return (
    <Section title="Needs somebody">
      <Loaded query={useQuery(waiting)}>
        {({ accounts, hasMore }) => (
          <>
            {accounts.length === 0 ? (
              <Empty>Nothing. Every account works, or was switched off on purpose.</Empty>
            ) : (
              <ul className={classes.accounts}>
                {accounts.map((account) => (
                  <Waiting key={account.id} account={account} />
                ))}
              </ul>
            )}
            {hasMore && (
              <p className={classes.rest}>
                The first {accounts.length} are shown. The numbers above lead to all of them.
              </p>
            )}
          </>
        )}
      </Loaded>
    </Section>
  )
}

function Waiting({ account }: { readonly account: AccountReply }) {
  const { id, name, status, integration, environment, reason, reasonDetail } = account
  return (
    <li>
      <StatusBadge status={status} />
      <div className={classes.account}>
        <Link to="/accounts/$id" params={{ id }}>
          {name}
        </Link>
        <span>
          {integration} · {environment}
        </span>
        {(reasonDetail ?? reason) && <span>{reasonDetail ?? reason}</span>}
      </div>
      <span className={classes.move}>{statuses[status].move}</span>
    </li>
  )
}
