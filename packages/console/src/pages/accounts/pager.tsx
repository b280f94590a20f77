import { Link } from '@tanstack/react-router'
import classes from './pager.module.css'
import type { AccountSearch } from './search.ts'

/** To the page after this one, and back to the first. Those between are behind the browser's own button. */
export function Pager(content: {
  readonly filters: Omit<AccountSearch, 'cursor'>
  readonly cursor: string | undefined
  readonly nextCursor: string | undefined
}) {
  const { filters, cursor, nextCursor } = content
  if (cursor === undefined && nextCursor === undefined) return undefined
  return (
    <nav aria-label="Pages" className={classes.pager}>
      {cursor !== undefined && (
        <Link to="/accounts" search={filters}>
          First page
        </Link>
      )}
      {nextCursor !== undefined && (
        <Link to="/accounts" search={{ ...filters, cursor: nextCursor }}>
          Next page
        </Link>
      )}
    </nav>
  )
}
