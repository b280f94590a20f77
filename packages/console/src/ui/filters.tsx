import type { ReactNode } from 'react'
import classes from './filters.module.css'

/** What narrows a list down: the search first, one field for each filter after it. */
export function Filters({ children }: { readonly children: ReactNode }) {
  return <search className={classes.filters}>{children}</search>
}
