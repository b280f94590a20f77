import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { loginAddress } from '../api/addresses.ts'
import { ownUser } from '../api/queries.ts'
import { proveAgain } from '../api/request.ts'
import classes from './fresh-proof.module.css'
import { ProblemAlert } from './problem-alert.tsx'

/**
 * Asks for another proof of who somebody is, right where something asked for it: `onProven` then does it again, with all
 * that was written still there. Who logs in by an identity provider goes there and comes back to this address.
 */
export function FreshProof({ onProven }: { readonly onProven: () => void }) {
  const { data: person } = useQuery(ownUser)
  const [typed, setTyped] = useState('')
  const byCode = person?.hasPassword === false && person.hasTotp
  const proving = useMutation({
    mutationFn: () => proveAgain(byCode ? { code: typed } : { password: typed }),
    onSuccess: onProven,
    onSettled: () => setTyped(''),
  })
  const mayTypeHere = person?.hasPassword || byCode
  return (
    <section aria-label="Proof" className={classes.proof}>
      <div role="alert">
        <strong>Prove who you are.</strong> This asks for a proof that is less than ten minutes old. Nothing
        has been changed yet.
      </div>
      {proving.error && <ProblemAlert error={proving.error} />}
      {mayTypeHere && (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault()
            proving.mutate()
          }}
        >
          <TextInput
            label={byCode ? 'Code of your authenticator' : 'Your password'}
            type={byCode ? 'text' : 'password'}
            autoComplete={byCode ? 'one-time-code' : 'current-password'}
            required
            autoFocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" loading={proving.isPending}>
            Confirm and go on
          </Button>
        </form>
      )}
      <a href={loginAddress('/login/confirm')}>Prove who you are in another way</a>
    </section>
  )
}
