import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { faultAt } from '../../api/faults.ts'
import { useMay } from '../../api/use-may.ts'
import { environments } from '../accounts/queries.ts'
import fields from '../apps/fields.module.css'
import { apps } from '../apps/queries.ts'
import type { KeyFieldsContent } from './key-fields.tsx'

/** Where a key belongs: to a profile of an app, or to an environment, or to neither. */
export function PlaceFields({ draft, error, onChange }: KeyFieldsContent) {
  const known = useQuery({ ...apps, enabled: useMay('apps:read') }).data ?? []
  const places = useQuery(environments).data?.items ?? []
  const profiles = known.find(({ key }) => key === draft.app)?.profiles ?? []
  const choose = (app: string) => {
    const first = known.find(({ key }) => key === app)?.profiles[0]?.name ?? ''
    onChange({ app, profile: first })
  }
  return (
    <div className={fields.row}>
      <NativeSelect
        label="App"
        description="Its adapters can be called by name"
        value={draft.app}
        error={faultAt(error, '/app')}
        data={withChosen(
          [{ value: '', label: 'None' }, ...known.map(({ key, name }) => ({ value: key, label: name }))],
          draft.app,
        )}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {draft.app === '' ? (
        <NativeSelect
          label="Environment"
          description="Only its accounts are reached"
          value={draft.environment}
          error={faultAt(error, '/environment')}
          data={withChosen(
            [
              { value: '', label: 'Any: the whole organization' },
              ...places.map(({ key, name }) => ({ value: key, label: name })),
            ],
            draft.environment,
          )}
          onChange={(event) => onChange({ environment: event.currentTarget.value })}
        />
      ) : (
        <NativeSelect
          label="Profile"
          description="The accounts that it binds are called"
          value={draft.profile}
          error={faultAt(error, '/profile') ?? faultAt(error, '/environment')}
          data={withChosen(
            profiles.map(({ name, environment }) => ({ value: name, label: `${name} (${environment})` })),
            draft.profile,
          )}
          onChange={(event) => onChange({ profile: event.currentTarget.value })}
        />
      )}
    </div>
  )
}

interface Choice {
  readonly value: string
  readonly label: string
}

/** What was chosen is there to be seen also while the others are not known. */
function withChosen(choices: readonly Choice[], chosen: string): Choice[] {
  const isKnown = choices.some(({ value }) => value === chosen)
  return isKnown ? [...choices] : [...choices, { value: chosen, label: chosen }]
}
