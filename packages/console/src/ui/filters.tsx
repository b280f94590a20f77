import type { ReactNode } from 'react'
import classes from './filters.module.css'

/** What narrows a list down: the search first, one field for each filter after it. */
export function Filters({ children }: { readonly children: ReactNode }) {
  return <search className={classes.filters}>{children}</search>
}

/** The same where there are more than fit a row: each takes its place in a grid. */
export function ManyFilters({ children }: { readonly children: ReactNode }) {
  return <search className={classes.many}>{children}</search>
}

/** Those that are asked for seldom, folded away unless the address has one. */
export function MoreFilters({
  isOpen,
  children,
}: {
  readonly isOpen: boolean
  readonly children: ReactNode
}) {
  return (
    <details open={isOpen} className={classes.more}>
      <summary>More filters</summary>
      <div className={classes.many}>{children}</div>
    </details>
  )
}
