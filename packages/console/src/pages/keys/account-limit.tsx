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
}) {
  const { accounts, error, onChange } = content
  const [isOpen, setOpen] = useState(false)
  const [chosen, setChosen] = useState<ChosenAccount>()
  const add = () => {
    if (chosen && !accounts.some(({ id }) => id === chosen.id)) onChange([...accounts, chosen])
    setOpen(false)
    setChosen(undefined)
  }
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
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Limit it to an account
      </Button>
      {error !== undefined && <Input.Error mt="xs">{error}</Input.Error>}
      {isOpen && (
        <Dialog
          title="Limit the key to an account"
          onLeave={() => setOpen(false)}
          ways={
            <>
              <Button variant="default" onClick={() => setOpen(false)}>
                Cancel
              </Button>
              <Button disabled={!chosen} onClick={add}>
                Add it
              </Button>
            </>
          }
        >
          <AccountChoice among={{}} chosen={chosen?.id} onChoose={setChosen} />
        </Dialog>
      )}
    </fieldset>
  )
}
