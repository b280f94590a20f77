import { Link } from '@tanstack/react-router'
import { needing, statuses } from '../accounts/status.ts'
import classes from './counts.module.css'
import type { AccountsOfStatus } from './queries.ts'

/** How many accounts wait for somebody, by why. */
export function Counts({ lists }: { readonly lists: readonly AccountsOfStatus[] }) {
  return (
    <ul className={classes.counts}>
      {needing.map((status, index) => {
        const { label, tone } = statuses[status]
        const data = lists[index]?.data
        const count = data?.accounts.length
        return (
          <li key={status} data-tone={count === 0 ? undefined : tone}>
            <Link to="/accounts" search={{ status }}>
              <span className={classes.number}>
                {count === undefined ? '–' : `${count}${data?.hasMore ? '+' : ''}`}
              </span>
              {label}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
