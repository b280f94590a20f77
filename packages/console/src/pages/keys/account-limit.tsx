import { Button, Input } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { AccountChoice, type ChosenAccount } from '../apps/account-choice.tsx'
import classes from './account-limit.module.css'

/** Accounts that a key is limited to: none for all that it reaches otherwise. */
export function AccountLimit(content: {
  readonly accounts: readonly ChosenAccount[]
  readonly error: string | undefined
  readonly onChange: (accounts: readonly ChosenAccount[]) => void
  /** Somebody wants to choose one: by a dialog, which has a form of its own and so cannot stand in this one. */
  readonly onChoose: () => void
}) {
  const { accounts, error, onChange, onChoose } = content
  return (
    <fieldset className={classes.limit}>
      <legend>Accounts</legend>
      <p>{accounts.length === 0 ? 'All that it reaches by what is said above.' : 'Only these:'}</p>
      {accounts.length > 0 && (
        <ul>
          {accounts.map(({ id, name }) => (
            <li key={id}>
              {name}{' '}
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Leave ${name} out`}
                onClick={() => onChange(accounts.filter((each) => each.id !== id))}
              >
                Leave out
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Button size="xs" variant="default" onClick={onChoose}>
        Limit it to an account
      </Button>
      {error !== undefined && <Input.Error mt="xs">{error}</Input.Error>}
    </fieldset>
  )
}

/** One account more that the key is limited to. */
export function AccountLimitDialog(content: {
  /** Undefined for any. */
  readonly environment: string | undefined
  readonly onAdd: (account: ChosenAccount) => void
  readonly onLeave: () => void
}) {
  const { environment, onAdd, onLeave } = content
  const [chosen, setChosen] = useState<ChosenAccount>()
  return (
    <Dialog
      title="Limit the key to an account"
      onLeave={onLeave}
      ways={
        <Button disabled={!chosen} onClick={() => chosen && onAdd(chosen)}>
          Add it
        </Button>
      }
    >
      <AccountChoice
        among={environment === undefined ? {} : { environment }}
        chosen={chosen?.id}
        onChoose={setChosen}
      />
    </Dialog>
  )
}
