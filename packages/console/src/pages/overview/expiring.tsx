import type { AccountReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import classes from './expiring.module.css'
import type { AccountsOfStatus } from './queries.ts'

const mostShown = 5

/** What ends next, of the accounts that cannot be renewed. */
export function Expiring({ list }: { readonly list: AccountsOfStatus | undefined }) {
  if (!list) return undefined
  return (
    <Section title="Expires next">
      <Loaded query={list} rows={2}>
        {({ accounts, hasMore }) =>
          accounts.length === 0 ? (
            <Empty>Nothing that does not renew itself.</Empty>
          ) : (
            <>
              <ol className={classes.accounts}>
                {accounts
                  .toSorted(bySoonest)
                  .slice(0, mostShown)
                  .map(({ id, name, reconnectBy }) => (
                    <li key={id}>
                      <Link to="/accounts/$id" params={{ id }}>
                        {name}
                      </Link>
                      {reconnectBy === undefined ? (
                        <span>at an unknown moment</span>
                      ) : (
                        <Moment at={reconnectBy} />
                      )}
                    </li>
                  ))}
              </ol>
              {hasMore && <p>Of the first {accounts.length} that expire. There are more.</p>}
            </>
          )
        }
      </Loaded>
    </Section>
  )
}

function bySoonest(one: AccountReply, other: AccountReply): number {
  return (one.reconnectBy ?? '~').localeCompare(other.reconnectBy ?? '~')
}
