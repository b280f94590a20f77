import { useQuery } from '@tanstack/react-query'
import { ownUser } from '../../api/queries.ts'
import { Page } from '../../ui/page.tsx'
import { Attention } from './attention.tsx'
import { Calls } from './calls.tsx'
import { Counts } from './counts.tsx'
import { Expiring } from './expiring.tsx'
import { FirstSteps } from './first-steps.tsx'
import { Renewals } from './renewals.tsx'

/** Whether all is well and, where it is not, what to do first. */
export function OverviewPage() {
  const scopes = useQuery(ownUser).data?.scopes ?? []
  return (
    <Page title="Overview">
      <FirstSteps />
      <Counts />
      <Attention />
      <Expiring />
      {scopes.includes('events:read') && <Calls />}
      <Renewals />
    </Page>
  )
}
