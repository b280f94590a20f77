import { Button } from '@mantine/core'
import type { OAuthClientReply } from '@sallyport/contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import classes from './oauth-client-page.module.css'
import { RotateSecret } from './rotate-secret.tsx'

/** What can be done with a client. */
export function ClientActions({ client }: { readonly client: OAuthClientReply }) {
  const { key } = client
  const [isRotating, setRotating] = useState(false)
  const [said, setSaid] = useState<string>()
  return (
    <section aria-label="Actions" className={classes.actions}>
      <Link to="/oauth-clients/$key/edit" params={{ key }}>
        Edit
      </Link>
      <Button variant="default" onClick={() => setRotating(true)}>
        Rotate secret…
      </Button>
      <Deleting client={client} />
      <span role="status">{said}</span>
      {isRotating && (
        <RotateSecret
          client={client}
          onEnd={(outcome) => {
            setRotating(false)
            setSaid(outcome)
          }}
        />
      )}
    </section>
  )
}

/** Deletes it after a question; where it is used, says by which integrations, as they have to let go first. */
function Deleting({ client }: { readonly client: OAuthClientReply }) {
  const { key, name, usedBy } = client
  const [isAsked, setAsked] = useState(false)
  const navigate = useNavigate()
  const change = useChange(
    async (_: undefined) => {
      await request('DELETE', '/v1/oauth-clients/{key}', { params: { key } })
      await navigate({ to: '/oauth-clients' })
    },
    ['oauth-clients'],
    () => setAsked(false),
  )
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        Delete…
      </Button>
      <ChangeProblem change={change} />
      {isAsked && usedBy.length === 0 && (
        <Confirmation
          title={`Delete ${name}?`}
          action="Delete"
          isUnderWay={change.isPending}
          onConfirm={() => change.mutate(undefined)}
          onLeave={() => setAsked(false)}
        >
          <p>Its secret is destroyed. The registration at the provider stays; end it there.</p>
        </Confirmation>
      )}
      {isAsked && usedBy.length > 0 && (
        <Dialog title={`${name} is used`} onLeave={() => setAsked(false)}>
          <p>It can be deleted once these integrations have another client, or are gone:</p>
          <ul>
            {usedBy.map((each) => (
              <li key={each.key}>
                <Link to="/integrations/$key" params={{ key: each.key }}>
                  {each.name}
                </Link>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  )
}
