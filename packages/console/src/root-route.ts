import { createRootRoute } from '@tanstack/react-router'
import { NotFound, PageFailure } from './ui/page-failure.tsx'
import { Shell } from './ui/shell.tsx'

/** What every page is within. */
export const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: PageFailure,
})
