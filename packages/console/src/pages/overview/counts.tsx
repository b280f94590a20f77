import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { accountCounts } from '../accounts/queries.ts'
import { needing, statuses } from '../accounts/status.ts'
import classes from './counts.module.css'

/** How many accounts wait for somebody, by why; and how many there are. */
export function Counts() {
  const counts = useQuery(accountCounts()).data
  return (
    <ul className={classes.counts}>
      {needing.map((status) => {
        const { label, tone } = statuses[status]
        const count = counts?.byStatus[status]
        return (
          <li key={status} data-tone={count === 0 ? undefined : tone}>
            <Link to="/accounts" search={{ status }}>
              <span className={classes.number}>{shown(count)}</span>
              {label}
            </Link>
          </li>
        )
      })}
      <li>
        <Link to="/accounts">
          <span className={classes.number}>{shown(counts?.total)}</span>
          All accounts
        </Link>
      </li>
    </ul>
  )
}

function shown(count: number | undefined): string {
  return count === undefined ? '–' : count.toLocaleString('en')
}
