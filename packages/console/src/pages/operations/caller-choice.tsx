import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ownUser } from '../../api/queries.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './caller-choice.module.css'
import { account, accountsOf, apps, integrations, profile } from './queries.ts'

/** By whose credential it runs, and how that was found. */
export interface Caller {
  readonly account?: string
  readonly integration?: string
  readonly adapter?: string
}

/** An account, or the one that an app's profile binds an adapter to: a session calls by accounts. */
export function CallerChoice(content: {
  readonly caller: Caller
  /** For whose accounts the operation is made. */
  readonly integration?: string | undefined
  readonly onChange: (caller: Caller) => void
}) {
  const scopes = useQuery(ownUser).data?.scopes ?? []
  const [way, setWay] = useState('account')
  const { caller, integration, onChange } = content
  const choose = (next: string) => {
    setWay(next)
    onChange({})
  }
  return (
    <div className={classes.choice}>
      {scopes.includes('apps:read') && (
        <NativeSelect
          label="As"
          value={way}
          data={[
            { value: 'account', label: 'An account' },
            { value: 'app', label: 'A profile of an app' },
          ]}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      )}
      {way === 'account' ? (
        <AccountFields caller={caller} integration={integration} onChange={onChange} />
      ) : (
        <AppFields caller={caller} onChange={onChange} />
      )}
    </div>
  )
}

function AccountFields(content: {
  readonly caller: Caller
  readonly integration: string | undefined
  readonly onChange: (caller: Caller) => void
}) {
  const { caller, integration, onChange } = content
  const [q, setQ] = useState('')
  const known = useQuery(integrations)
  const given = useQuery({ ...account(caller.account ?? ''), enabled: caller.account !== undefined }).data
  const chosen = integration ?? caller.integration ?? given?.integration ?? ''
  const found = useQuery({ ...accountsOf(chosen, q), enabled: chosen !== '' })
  const items = found.data?.items ?? []
  const isKnown = caller.account === undefined || items.some(({ id }) => id === caller.account)
  const isLong = found.data?.nextCursor !== undefined || q !== ''
  return (
    <>
      {integration === undefined && (
        <NativeSelect
          label="Integration"
          value={chosen}
          data={[
            { value: '', label: 'Choose one' },
            ...(known.data?.items ?? []).map(({ key, name }) => ({ value: key, label: name })),
          ]}
          onChange={({ currentTarget: { value } }) => onChange(value === '' ? {} : { integration: value })}
        />
      )}
      {isLong && (
        <TextInput
          label="Find an account"
          placeholder="Part of its name"
          defaultValue={q}
          onBlur={(event) => setQ(event.currentTarget.value.trim())}
        />
      )}
      <NativeSelect
        label="Account"
        disabled={chosen === ''}
        value={caller.account ?? ''}
        data={[
          { value: '', label: chosen === '' ? 'Choose an integration first' : 'Choose one' },
          ...items.map(({ id, name, environment }) => ({ value: id, label: `${name} (${environment})` })),
          ...(isKnown ? [] : [{ value: caller.account ?? '', label: given?.name ?? caller.account ?? '' }]),
        ]}
        onChange={({ currentTarget: { value } }) =>
          onChange({ integration: chosen, ...(value !== '' && { account: value }) })
        }
      />
      {found.data?.items.length === 0 && (
        <p className={classes.note}>
          {q === '' ? 'It has no account yet. Connect one first.' : 'No account has that in its name.'}
        </p>
      )}
      {found.error && <ProblemAlert error={found.error} />}
    </>
  )
}

function AppFields({
  caller,
  onChange,
}: {
  readonly caller: Caller
  readonly onChange: (caller: Caller) => void
}) {
  const [key, setKey] = useState('')
  const [name, setName] = useState('')
  const known = useQuery(apps)
  const app = known.data?.items.find((each) => each.key === key)
  const bound = useQuery({ ...profile(key, name), enabled: key !== '' && name !== '' })
  const bindings = bound.data?.bindings ?? {}
  const adapters = app?.adapters ?? []
  const choose = (adapter: string) => {
    const id = bindings[adapter]
    const integration = adapters.find((each) => each.name === adapter)?.integration
    onChange({
      ...(adapter !== '' && { adapter }),
      ...(integration && { integration }),
      ...(id && { account: id }),
    })
  }
  return (
    <>
      <NativeSelect
        label="App"
        value={key}
        data={[
          { value: '', label: 'Choose one' },
          ...(known.data?.items ?? []).map((each) => ({ value: each.key, label: each.name })),
        ]}
        onChange={({ currentTarget: { value } }) => {
          setKey(value)
          setName('')
          onChange({})
        }}
      />
      <NativeSelect
        label="Profile"
        value={name}
        data={[{ value: '', label: 'Choose one' }, ...(app?.profiles ?? []).map((each) => each.name)]}
        onChange={({ currentTarget: { value } }) => {
          setName(value)
          onChange({})
        }}
      />
      <NativeSelect
        label="Adapter"
        value={caller.adapter ?? ''}
        data={[
          { value: '', label: 'Choose one' },
          ...adapters.map((each) => ({
            value: each.name,
            label: bindings[each.name] === undefined && bound.data ? `${each.name} (not bound)` : each.name,
          })),
        ]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {caller.adapter !== undefined && bound.data && caller.account === undefined && (
        <p className={classes.note}>
          This profile binds the adapter to no account. Bind it in the app first.
        </p>
      )}
    </>
  )
}
