import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { practiceOrigin } from '../../api/practice.ts'
import { Section } from '../../ui/page.tsx'
import { anyAccount } from './queries.ts'

/** Where to begin, as long as there is nothing to watch over. */
export function FirstSteps() {
  const isEmpty = useQuery(anyAccount).data?.items.length === 0
  if (!isEmpty || practiceOrigin === undefined) return undefined
  return (
    <Section title="Begin here">
      No account is connected yet. <Link to="/start">First steps</Link>: from nothing to a call that works, in
      two minutes, with a practice provider on this machine.
    </Section>
  )
}
