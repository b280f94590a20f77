import { useQueries, useQuery } from '@tanstack/react-query'
import { ownUser } from '../../api/queries.ts'
import { Page } from '../../ui/page.tsx'
import { needing } from '../accounts/status.ts'
import { Attention } from './attention.tsx'
import { Calls } from './calls.tsx'
import { Counts } from './counts.tsx'
import { Expiring } from './expiring.tsx'
import { FirstSteps } from './first-steps.tsx'
import { accountsOf } from './queries.ts'

/** Whether all is well and, where it is not, what to do first. */
export function OverviewPage() {
  const scopes = useQuery(ownUser).data?.scopes ?? []
  const lists = useQueries({ queries: needing.map(accountsOf) })
  return (
    <Page title="Overview">
      <FirstSteps />
      <Counts lists={lists} />
      <Attention lists={lists} />
      <Expiring list={lists[needing.indexOf('expiring')]} />
      {scopes.includes('events:read') && <Calls />}
    </Page>
  )
}
