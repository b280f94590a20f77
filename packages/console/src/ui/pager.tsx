import classes from './pager.module.css'
import { SearchLink } from './search-link.tsx'

/** To the page after this one, and back to the first: `cursor` in the address. Those between are behind the browser's own button. */
export function Pager({
  cursor,
  nextCursor,
}: {
  readonly cursor: string | undefined
  readonly nextCursor: string | undefined
}) {
  if (cursor === undefined && nextCursor === undefined) return undefined
  return (
    <nav aria-label="Pages" className={classes.pager}>
      {cursor !== undefined && <SearchLink change={{ cursor: undefined }}>First page</SearchLink>}
      {nextCursor !== undefined && <SearchLink change={{ cursor: nextCursor }}>Next page</SearchLink>}
    </nav>
  )
}
