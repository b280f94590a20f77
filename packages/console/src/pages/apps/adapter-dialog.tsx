import { Button, TextInput } from '@mantine/core'
import type { AppReply } from '@sallyport/contract'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { AdapterFields, adapterInput, emptyAdapter } from './adapter-fields.tsx'
import { addAdapter, changeAdapter, removeAdapter } from './changes.ts'
import classes from './fields.module.css'

/** One adapter more. */
export function NewAdapterDialog({ app, onLeave }: { readonly app: AppReply; readonly onLeave: () => void }) {
  const [draft, setDraft] = useState(emptyAdapter)
  const adding = useChange(() => addAdapter(app.key, adapterInput(draft)), ['apps'])
  return (
    <Dialog
      title="Add an adapter"
      onLeave={onLeave}
      ways={
        <Button loading={adding.isPending} onClick={() => adding.mutate(undefined, { onSuccess: onLeave })}>
          Add it
        </Button>
      }
    >
      <div className={classes.dialog}>
        <ChangeProblem change={adding} beside={['/adapters']} />
        <AdapterFields
          draft={draft}
          error={adding.error}
          path={`/adapters/${app.adapters.length}`}
          onChange={setDraft}
        />
      </div>
    </Dialog>
  )
}

/** An adapter gets another name or description, or goes. */
export function AdapterDialog(content: {
  readonly app: AppReply
  readonly adapter: AppReply['adapters'][number]
  readonly onLeave: () => void
}) {
  const { app, adapter, onLeave } = content
  const [name, setName] = useState(adapter.name)
  const [description, setDescription] = useState(adapter.description ?? '')
  const [isAsked, setAsked] = useState(false)
  const changing = useChange(
    () => changeAdapter(app.key, adapter.name, { name, description }),
    ['apps', 'accounts'],
  )
  if (isAsked) return <Removal app={app} name={adapter.name} onLeave={onLeave} />
  return (
    <Dialog
      title={`Adapter ${adapter.name}`}
      onLeave={onLeave}
      ways={
        <>
          <Button variant="default" onClick={() => setAsked(true)}>
            Remove…
          </Button>
          <Button
            loading={changing.isPending}
            onClick={() => changing.mutate(undefined, { onSuccess: onLeave })}
          >
            Save
          </Button>
        </>
      }
    >
      <div className={classes.dialog}>
        <ChangeProblem change={changing} beside={['/to']} />
        <TextInput
          label="Name"
          description={`Code calls it by this name: with another one, ${adapter.name} is not known any more`}
          maxLength={64}
          autoComplete="off"
          value={name}
          error={faultAt(changing.error, '/to')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Description"
          maxLength={2000}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <p className={classes.note}>
          It is of the integration {adapter.integration}. Every profile keeps what it binds it to.
        </p>
      </div>
    </Dialog>
  )
}

function Removal(content: { readonly app: AppReply; readonly name: string; readonly onLeave: () => void }) {
  const { app, name, onLeave } = content
  const removing = useChange(() => removeAdapter(app.key, name), ['apps', 'accounts'])
  return (
    <Confirmation
      title={`Remove the adapter ${name}?`}
      action="Remove"
      isUnderWay={removing.isPending}
      onConfirm={() => removing.mutate(undefined, { onSuccess: onLeave })}
      onLeave={onLeave}
    >
      <ChangeProblem change={removing} />
      <p>
        Code that calls {name} is refused from then on, and what profiles bind it to is forgotten. The
        accounts stay.
      </p>
    </Confirmation>
  )
}
