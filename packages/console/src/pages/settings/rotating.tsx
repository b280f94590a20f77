import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import classes from './settings.module.css'

const spans = [
  { value: '7200', label: 'two hours' },
  { value: '86400', label: 'a day' },
  { value: '604800', label: 'a week' },
  { value: '2592000', label: 'thirty days' },
  { value: '0', label: 'no longer than needed' },
]

/** Gives the organization a new data key, after a question. */
export function Rotating() {
  const [keep, setKeep] = useState('7200')
  const [isAsked, setAsked] = useState(false)
  const change = useChange(
    (keepOldKeySeconds: number) =>
      request('POST', '/v1/encryption/rotations', { body: { keepOldKeySeconds } }),
    ['encryption'],
    () => setAsked(false),
  )
  return (
    <>
      <ChangeProblem change={change} />
      <div className={classes.row}>
        <NativeSelect
          label="Keep the old key, once nothing is sealed with it any more, for"
          data={spans}
          value={keep}
          onChange={(event) => setKeep(event.currentTarget.value)}
        />
        <Button onClick={() => setAsked(true)}>Rotate…</Button>
      </div>
      <p className={classes.note}>
        It is kept for what lies outside of the database: log-ins under way, and answers in the journal of a
        node that is away.
      </p>
      {isAsked && (
        <Confirmation
          title="Seal everything with a new key?"
          action="Rotate"
          isUnderWay={change.isPending}
          onConfirm={() => change.mutate(Number(keep))}
          onLeave={() => setAsked(false)}
        >
          <p>
            All secrets of the organization are sealed anew in the background. In the end the old key is
            destroyed: a backup brings its own along.
          </p>
        </Confirmation>
      )}
    </>
  )
}
