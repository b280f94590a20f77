import { Button, NativeSelect, TextInput } from '@mantine/core'
import type { AppReply, ProfileReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { environments } from '../accounts/queries.ts'
import { addProfile, changeProfile, isSameName } from './changes.ts'
import classes from './fields.module.css'
import { SettingRows } from './setting-rows.tsx'
import { rowsOf, settingsOf } from './settings.ts'

/** A profile is made, or gets another name, environment or settings; or goes. */
export function ProfileDialog(content: {
  readonly app: AppReply
  /** Undefined for a new one. */
  readonly profile: ProfileReply | undefined
  readonly onLeave: () => void
}) {
  const { app, profile, onLeave } = content
  const [name, setName] = useState(profile?.name ?? '')
  const [environment, setEnvironment] = useState(profile?.environment ?? 'development')
  const [rows, setRows] = useState(rowsOf(profile?.settings ?? {}))
  const [isAsked, setAsked] = useState(false)
  const saving = useChange(() => {
    const change = { name, environment, settings: settingsOf(rows).settings }
    return profile ? changeProfile(app.key, profile.name, change) : addProfile(app.key, change)
  }, ['apps', 'accounts', 'keys'])
  if (profile && isAsked) return <Deletion app={app} name={profile.name} onLeave={onLeave} />
  const wrong = wrongOf({ name, rows, app, profile })
  return (
    <Dialog
      title={profile ? `Profile ${profile.name}` : 'Add a profile'}
      onLeave={onLeave}
      ways={
        <>
          {profile && (
            <Button variant="default" onClick={() => setAsked(true)}>
              Delete…
            </Button>
          )}
          <Button
            loading={saving.isPending}
            disabled={wrong !== undefined}
            onClick={() => saving.mutate(undefined, { onSuccess: onLeave })}
          >
            {profile ? 'Save' : 'Add it'}
          </Button>
        </>
      }
    >
      <div className={classes.dialog}>
        <ChangeProblem change={saving} beside={['/to', '/environment', '/settings']} />
        <TextInput
          label="Name"
          description="Letters and digits"
          maxLength={64}
          autoComplete="off"
          value={name}
          error={wrong ?? faultAt(saving.error, '/to') ?? faultAt(saving.error, '/profile')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <EnvironmentField
          value={environment}
          error={faultAt(saving.error, '/environment')}
          onChange={setEnvironment}
        />
        {profile && environment !== profile.environment && Object.keys(profile.bindings).length > 0 && (
          <p className={classes.note}>
            Accounts are of one environment: nothing is bound in this profile after it has moved.
          </p>
        )}
        <SettingRows rows={rows} error={saving.error} onChange={setRows} />
        {profile && (
          <p className={classes.note}>
            <Link to="/keys/new" search={{ app: app.key, profile: profile.name }}>
              New key for this profile
            </Link>
          </p>
        )}
      </div>
    </Dialog>
  )
}

/** What can be seen to be wrong before the API is asked. To put a profile would replace another one of its name. */
function wrongOf(given: {
  readonly name: string
  readonly rows: ReturnType<typeof rowsOf>
  readonly app: AppReply
  readonly profile: ProfileReply | undefined
}): string | undefined {
  const { name, rows, app, profile } = given
  const others = app.profiles.filter((each) => !profile || !isSameName(each.name, profile.name))
  if (others.some((each) => isSameName(each.name, name))) return 'The app has a profile of this name.'
  const { repeated } = settingsOf(rows)
  return repeated.length > 0 ? `The setting ${repeated.join(', ')} stands there twice.` : undefined
}

function EnvironmentField(content: {
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (environment: string) => void
}) {
  const { value, error, onChange } = content
  const known = useQuery(environments).data?.items ?? []
  const isKnown = known.some(({ key }) => key === value)
  return (
    <NativeSelect
      label="Environment"
      description="Accounts of this one can be bound"
      value={value}
      error={error}
      data={[
        ...known.map(({ key, name }) => ({ value: key, label: name })),
        ...(isKnown ? [] : [{ value, label: value }]),
      ]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function Deletion(content: { readonly app: AppReply; readonly name: string; readonly onLeave: () => void }) {
  const { app, name, onLeave } = content
  const deleting = useChange(
    () => request('DELETE', '/v1/apps/{key}/profiles/{profile}', { params: { key: app.key, profile: name } }),
    ['apps', 'accounts'],
  )
  return (
    <Confirmation
      title={`Delete the profile ${name}?`}
      action="Delete"
      isUnderWay={deleting.isPending}
      onConfirm={() => deleting.mutate(undefined, { onSuccess: onLeave })}
      onLeave={onLeave}
    >
      <ChangeProblem change={deleting} />
      <p>Its settings and what it binds are gone then. The accounts stay. Revoke its keys first.</p>
    </Confirmation>
  )
}
