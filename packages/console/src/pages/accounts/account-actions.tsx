import { Button } from '@mantine/core'
import type { AccountReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ownUser } from '../../api/queries.ts'
import { Confirmation } from '../../ui/confirmation.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './account-actions.module.css'
import { actionsFor } from './actions.ts'
import { ConnectWay } from './connect-way.tsx'
import { useAccountChange } from './use-account-change.ts'

/** What can be done with an account, as far as whoever is logged in may. */
export function AccountActions({ account }: { readonly account: AccountReply }) {
  const [isAsked, setAsked] = useState(false)
  const change = useAccountChange(account.id, () => setAsked(false))
  const scopes = useQuery(ownUser).data?.scopes ?? []
  return (
    <section aria-label="Actions" className={classes.actions}>
      <div className={classes.row}>
        {actionsFor(account.status, scopes).map(({ verb, label, isNext = false }) => (
          <Button
            key={verb}
            variant={isNext ? 'filled' : 'default'}
            loading={change.isPending && change.variables === verb}
            disabled={change.isPending}
            onClick={() => (verb === 'disconnect' ? setAsked(true) : change.mutate(verb))}
          >
            {label}
          </Button>
        ))}
      </div>
      {change.error && <ProblemAlert error={change.error} />}
      <Outcome outcome={change.data} />
      {isAsked && (
        <Confirmation
          title={`Disconnect ${account.name}?`}
          action="Disconnect"
          isUnderWay={change.isPending}
          onConfirm={() => change.mutate('disconnect')}
          onLeave={() => setAsked(false)}
        >
          <p>
            Its access is revoked at the provider and its secrets are destroyed. Calls with it fail until it
            is connected anew.
          </p>
        </Confirmation>
      )}
    </section>
  )
}

function Outcome({ outcome }: { readonly outcome: ReturnType<typeof useAccountChange>['data'] }) {
  return (
    <div role="status" className={classes.outcome}>
      {typeof outcome === 'string' ? outcome : outcome && <ConnectWay way={outcome} />}
    </div>
  )
}
