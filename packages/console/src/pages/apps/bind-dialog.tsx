import { Button } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { AccountChoice } from './account-choice.tsx'
import { bind, type MatrixPlace } from './changes.ts'

/** Which account an adapter is in a profile. */
export function BindDialog(content: {
  readonly place: MatrixPlace
  readonly integration: string
  readonly environment: string
  readonly bound: string | undefined
  readonly onLeave: () => void
}) {
  const { place, integration, environment, bound, onLeave } = content
  const [chosen, setChosen] = useState(bound)
  const binding = useChange((account: string | undefined) => bind(place, account), ['apps', 'accounts'])
  const set = (account: string | undefined) => binding.mutate(account, { onSuccess: onLeave })
  return (
    <Dialog
      title={`Account of ${place.adapter} in ${place.profile}`}
      onLeave={onLeave}
      ways={
        <>
          {bound !== undefined && (
            <Button variant="default" disabled={binding.isPending} onClick={() => set(undefined)}>
              Bind nothing
            </Button>
          )}
          <Button
            disabled={chosen === undefined || chosen === bound}
            loading={binding.isPending}
            onClick={() => set(chosen)}
          >
            Bind it
          </Button>
        </>
      }
    >
      <ChangeProblem change={binding} />
      <AccountChoice
        among={{ integration, environment }}
        chosen={chosen}
        onChoose={({ id }) => setChosen(id)}
      />
    </Dialog>
  )
}
