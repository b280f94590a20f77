import { Button } from '@mantine/core'
import type { AccountReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ownUser } from '../../api/queries.ts'
import { Confirmation } from '../../ui/confirmation.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './account-actions.module.css'
import { actionsFor, type Verb } from './actions.ts'
import { LinkToSend, useConnectLink } from './connect-link.tsx'
import { ConnectWay } from './connect-way.tsx'
import { asksForSecret, NewSecret } from './new-secret.tsx'
import { accountForm } from './queries.ts'
import { useAccountChange } from './use-account-change.ts'
import { useConnecting } from './use-connecting.ts'

/** What can be done with an account, as far as whoever is logged in may. */
export function AccountActions({ account }: { readonly account: AccountReply }) {
  const { id, name, status, integration } = account
  // What is asked before it is done.
  const [asked, setAsked] = useState<'disconnect' | 'secret'>()
  const [said, setSaid] = useState<string>()
  const change = useAccountChange(id, (outcome) => {
    setAsked(undefined)
    setSaid(outcome)
  })
  const connecting = useConnecting(id)
  const link = useConnectLink()
  const form = useQuery(accountForm(integration)).data
  const scopes = useQuery(ownUser).data?.scopes ?? []
  const isUnderWay = change.isPending || connecting.change.isPending || link.isPending
  const underWay = connecting.change.isPending ? 'authorize' : link.isPending ? 'link' : change.variables
  const press = (verb: Verb) => {
    setSaid(undefined)
    change.reset()
    link.reset()
    connecting.forget()
    if (verb === 'authorize') connecting.begin()
    else if (verb === 'link') link.mutate({ integration, account: id })
    else if (verb === 'secret' || verb === 'disconnect') setAsked(verb)
    else change.mutate(verb)
  }
  const error = change.error ?? connecting.change.error ?? link.error
  const way = connecting.change.data
  return (
    <section aria-label="Actions" className={classes.actions}>
      <div className={classes.row}>
        {actionsFor(status, scopes, form?.connects).map(({ verb, label, isNext = false }) => (
          <Button
            key={verb}
            variant={isNext ? 'filled' : 'default'}
            loading={isUnderWay && verb === underWay}
            disabled={isUnderWay}
            onClick={() => press(verb)}
          >
            {verb === 'secret' && form && asksForSecret(form) ? 'New secret…' : label}
          </Button>
        ))}
      </div>
      {error && <ProblemAlert error={error} />}
      <div role="status" className={classes.outcome}>
        {said ?? connecting.said ?? (way && <ConnectWay way={way} />)}
        {link.data && <LinkToSend link={link.data} />}
      </div>
      {asked === 'secret' && form && (
        <NewSecret
          account={account}
          form={form}
          onLeave={() => setAsked(undefined)}
          onDone={(outcome) => {
            setAsked(undefined)
            setSaid(outcome)
          }}
        />
      )}
      {asked === 'disconnect' && (
        <Disconnecting
          name={name}
          isUnderWay={change.isPending}
          onConfirm={() => change.mutate('disconnect')}
          onLeave={() => setAsked(undefined)}
        />
      )}
    </section>
  )
}

function Disconnecting({
  name,
  ...way
}: {
  readonly name: string
  readonly isUnderWay: boolean
  readonly onConfirm: () => void
  readonly onLeave: () => void
}) {
  return (
    <Confirmation title={`Disconnect ${name}?`} action="Disconnect" {...way}>
      <p>
        Its access is revoked at the provider and its secrets are destroyed. Calls with it fail until it is
        connected anew.
      </p>
    </Confirmation>
  )
}
