import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { Page } from './page.tsx'
import { ProblemAlert } from './problem-alert.tsx'

/** In place of a page that failed; the rest of the console goes on. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something went wrong">
      <ProblemAlert error={error} retry={reset} />
    </Page>
  )
}

/** At an address that no page has. */
export function NotFound() {
  return (
    <Page title="There is no such page">
      <p>
        The address may be mistyped, or from another version. <Link to="/">Go to the overview</Link>.
      </p>
    </Page>
  )
}
