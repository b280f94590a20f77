import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import classes from './expiring.module.css'
import { expiring } from './queries.ts'

const mostShown = 5

/** What ends next, of the accounts that cannot be renewed for ever. */
export function Expiring() {
  return (
    <Section title="Expires next">
      <Loaded query={useQuery(expiring)} rows={2}>
        {(accounts) =>
          accounts.length === 0 ? (
            <Empty>Nothing that does not renew itself.</Empty>
          ) : (
            <ol className={classes.accounts}>
              {accounts.slice(0, mostShown).map(({ id, name, reconnectBy = '' }) => (
                <li key={id}>
                  <Link to="/accounts/$id" params={{ id }}>
                    {name}
                  </Link>
                  <Moment at={reconnectBy} />
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Section>
  )
}
