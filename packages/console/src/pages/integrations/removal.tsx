import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failure } from '../../api/failure.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Confirmation } from '../../ui/confirmation.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import type { Integration } from './queries.ts'

/** Deletes an integration; where accounts stand in the way, along with them, after a question that names them. */
export function Removal({ integration }: { readonly integration: Integration }) {
  const { key, name } = integration
  const [isAsked, setAsked] = useState(false)
  const removal = useRemoval(key, {}, () => setAsked(false))
  const cascade = useRemoval(key, { cascade: 'true' }, () => removal.reset())
  const accounts = accountsInTheWay(removal.error)
  const failure = cascade.error ?? (accounts.length === 0 ? removal.error : null)
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        Delete…
      </Button>
      {failure && <ProblemAlert error={failure} />}
      {isAsked && (
        <Confirmation
          title={`Delete ${name}?`}
          action="Delete"
          isUnderWay={removal.isPending}
          onConfirm={() => removal.mutate()}
          onLeave={() => setAsked(false)}
        >
          <p>Its definition and its secrets are gone for good. With accounts on it nothing is deleted.</p>
        </Confirmation>
      )}
      {!isAsked && accounts.length > 0 && (
        <Confirmation
          title={`Delete ${name} and its accounts?`}
          action="Delete all of it"
          isUnderWay={cascade.isPending}
          onConfirm={() => cascade.mutate()}
          onLeave={() => removal.reset()}
        >
          <p>
            Nothing was deleted: accounts are connected to it. Each would be revoked at its provider, and
            calls with it fail from then on.
          </p>
          <ul>
            {accounts.map((account) => (
              <li key={account.id}>{account.name}</li>
            ))}
          </ul>
          {accounts.length === mostNamed && <p>There may be more than these {mostNamed}.</p>}
        </Confirmation>
      )}
    </>
  )
}

/** As many as a failure names. */
const mostNamed = 20

function useRemoval(key: string, query: { readonly cascade?: 'true' }, onEnd: () => void) {
  const navigate = useNavigate()
  return useChange(
    async () => {
      await request('DELETE', '/v1/integrations/{key}', { params: { key }, query })
      await navigate({ to: '/integrations' })
    },
    ['integrations', 'accounts'],
    onEnd,
  )
}

function accountsInTheWay(error: unknown) {
  return (error instanceof Failure && error.code === 'integration_in_use' && error.problem?.accounts) || []
}
