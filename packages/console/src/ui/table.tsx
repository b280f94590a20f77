import type { ReactNode } from 'react'
import { SearchLink } from './search-link.tsx'
import classes from './table.module.css'

/** A column that a list can be sorted by: `sort` is its name in the address. */
interface SortableHead {
  readonly label: string
  readonly sort: string
}

/**
 * One thing a row, in `<tr>`s whose first cell is `<th scope="row">`; where it is narrow, one after the other, each cell
 * under its `data-label`. `sort` is how the list is sorted now: a column's name, with `-` before it from the greatest down.
 */
export function Table(content: {
  readonly heads: readonly (string | SortableHead)[]
  readonly sort?: string
  readonly children: ReactNode
}) {
  const { heads, sort, children } = content
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          {heads.map((head) =>
            typeof head === 'string' ? (
              <th scope="col" key={head}>
                {head}
              </th>
            ) : (
              <SortHead key={head.label} head={head} sort={sort} />
            ),
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

function SortHead({ head, sort }: { readonly head: SortableHead; readonly sort: string | undefined }) {
  const isUp = sort === head.sort
  const isDown = sort === `-${head.sort}`
  const next = isUp ? `-${head.sort}` : head.sort
  return (
    <th scope="col" aria-sort={isUp ? 'ascending' : isDown ? 'descending' : undefined}>
      <SearchLink change={{ sort: next, cursor: undefined }} replace>
        {head.label}
        <span aria-hidden="true">{isUp ? ' ↑' : isDown ? ' ↓' : ''}</span>
      </SearchLink>
    </th>
  )
}
