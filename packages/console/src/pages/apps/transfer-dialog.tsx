import { Button, NativeSelect, TextInput } from '@mantine/core'
import type { AppReply, ProfileReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { isSameName } from './changes.ts'
import fields from './fields.module.css'
import { boundAccounts, profiles } from './queries.ts'
import { previewOf, type TransferKind } from './transfer.ts'
import { TransferChanges } from './transfer-changes.tsx'

const newProfile = '+new'

/** Asks before a profile is changed by another one, and shows what will change. */
export function TransferDialog(content: {
  readonly app: AppReply
  readonly kind: TransferKind
  readonly from: string
  readonly to: string
  readonly onLeave: () => void
}) {
  const { app, kind, from, onLeave } = content
  const [target, setTarget] = useState(content.to)
  const [name, setName] = useState('')
  const query = useQuery(profiles(app.key))
  const to = target === newProfile ? name : target
  const transfer = useChange(
    () =>
      request('POST', `/v1/apps/{key}/profiles/{profile}/${kind}` as const, {
        params: { key: app.key, profile: from },
        body: { to },
      }),
    ['apps', 'accounts'],
  )
  const others = app.profiles.map((profile) => profile.name).filter((each) => each !== from)
  const verb = kind === 'promote' ? 'Promote' : 'Copy'
  const isTaken = target === newProfile && app.profiles.some((each) => isSameName(each.name, name))
  return (
    <Dialog
      title={`${verb} ${from}`}
      onLeave={onLeave}
      ways={
        <Button
          disabled={to === '' || isTaken || query.data === undefined}
          loading={transfer.isPending}
          onClick={() => transfer.mutate(undefined, { onSuccess: onLeave })}
        >
          {`${verb} to ${to}`}
        </Button>
      }
    >
      <div className={fields.dialog}>
        <ChangeProblem change={transfer} beside={['/to']} />
        <NativeSelect
          label="To"
          value={target}
          data={[
            ...others.map((value) => ({ value, label: value })),
            ...(kind === 'copy' ? [{ value: newProfile, label: 'A new profile' }] : []),
          ]}
          onChange={(event) => setTarget(event.currentTarget.value)}
        />
        {target === newProfile && (
          <TextInput
            label="Name of the new profile"
            maxLength={64}
            value={name}
            error={isTaken ? 'The app has a profile of this name.' : faultAt(transfer.error, '/to')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <Loaded query={query}>
          {(all) => <Preview app={app} kind={kind} profiles={all} from={from} to={to} />}
        </Loaded>
      </div>
    </Dialog>
  )
}

function Preview(content: {
  readonly app: AppReply
  readonly kind: TransferKind
  readonly profiles: readonly ProfileReply[]
  readonly from: string
  readonly to: string
}) {
  const { app, kind, profiles: all, from, to } = content
  const accounts = useQuery(boundAccounts(app.key)).data
  const source = all.find(({ name }) => name === from)
  const target = all.find(({ name }) => name === to)
  if (!source) return undefined
  const shown = (id: string) => accounts?.get(id)?.name ?? id
  return <TransferChanges preview={previewOf(kind, source, target)} to={to} nameOf={shown} />
}
