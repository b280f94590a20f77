import { Button, TextInput } from '@mantine/core'
import type { AppReply, ProfileReply } from '@sallyport/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { AdapterDialog, NewAdapterDialog } from './adapter-dialog.tsx'
import { BindDialog } from './bind-dialog.tsx'
import { boundIn } from './cells.ts'
import classes from './fields.module.css'
import { ProfileDialog } from './profile-dialog.tsx'

type Adapter = AppReply['adapters'][number]

/** What is being done with an app. */
export type OpenDialog =
  | { readonly kind: 'rename' | 'delete' | 'newAdapter' | 'newProfile' }
  | { readonly kind: 'adapter'; readonly adapter: Adapter }
  | { readonly kind: 'profile'; readonly profile: ProfileReply }
  | { readonly kind: 'bind'; readonly profile: ProfileReply; readonly adapter: Adapter }

export function AppDialogs(content: {
  readonly app: AppReply
  readonly open: OpenDialog
  readonly onLeave: () => void
}) {
  const { app, open, onLeave } = content
  switch (open.kind) {
    case 'rename':
      return <RenameDialog app={app} onLeave={onLeave} />
    case 'delete':
      return <Deletion app={app} onLeave={onLeave} />
    case 'newAdapter':
      return <NewAdapterDialog app={app} onLeave={onLeave} />
    case 'newProfile':
      return <ProfileDialog app={app} profile={undefined} onLeave={onLeave} />
    case 'adapter':
      return <AdapterDialog app={app} adapter={open.adapter} onLeave={onLeave} />
    case 'profile':
      return <ProfileDialog app={app} profile={open.profile} onLeave={onLeave} />
    case 'bind':
      return (
        <BindDialog
          place={{ app: app.key, profile: open.profile.name, adapter: open.adapter.name }}
          integration={open.adapter.integration}
          environment={open.profile.environment}
          bound={boundIn(open.profile, open.adapter.name)}
          onLeave={onLeave}
        />
      )
  }
}

function RenameDialog({ app, onLeave }: { readonly app: AppReply; readonly onLeave: () => void }) {
  const [name, setName] = useState(app.name)
  const renaming = useChange(
    () => request('PATCH', '/v1/apps/{key}', { params: { key: app.key }, body: { name } }),
    ['apps'],
  )
  return (
    <Dialog
      title={`Rename ${app.name}`}
      onLeave={onLeave}
      ways={
        <Button
          loading={renaming.isPending}
          onClick={() => renaming.mutate(undefined, { onSuccess: onLeave })}
        >
          Save
        </Button>
      }
    >
      <div className={classes.dialog}>
        <ChangeProblem change={renaming} beside={['/name']} />
        <TextInput
          label="Name"
          maxLength={200}
          value={name}
          error={faultAt(renaming.error, '/name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </div>
    </Dialog>
  )
}

function Deletion({ app, onLeave }: { readonly app: AppReply; readonly onLeave: () => void }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const deleting = useChange(
    () => request('DELETE', '/v1/apps/{key}', { params: { key: app.key } }),
    ['accounts'],
  )
  const leave = async () => {
    await navigate({ to: '/apps' })
    queries.removeQueries({ queryKey: ['apps', app.key] })
    await queries.invalidateQueries({ queryKey: ['apps'], exact: true })
  }
  return (
    <Confirmation
      title={`Delete ${app.name}?`}
      action="Delete"
      isUnderWay={deleting.isPending}
      onConfirm={() => deleting.mutate(undefined, { onSuccess: leave })}
      onLeave={onLeave}
    >
      <ChangeProblem change={deleting} />
      <p>Its profiles with all that they bind are gone then. The accounts stay. Revoke its keys first.</p>
    </Confirmation>
  )
}
