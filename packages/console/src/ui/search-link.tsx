import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** To this same page with that changed in its address; what is undefined goes. What each page's address may say, its route reads. */
export function SearchLink(content: {
  readonly change: Readonly<Record<string, string | undefined>>
  readonly replace?: boolean
  readonly children: ReactNode
}) {
  const { change, replace = false, children } = content
  return (
    <Link
      to="."
      search={(shown: object) => ({ ...shown, ...change }) as never}
      replace={replace}
      // It leads to the page that is shown, but is not where one is.
      activeProps={{ 'aria-current': undefined }}
    >
      {children}
    </Link>
  )
}
