import { NativeSelect, TextInput } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { whole } from '../../api/whole.ts'
import { allEnvironments } from './queries.ts'
import type { FilterDraft } from './revocation-filter.ts'

const integrations = queryOptions({
  queryKey: ['integrations', 'all'],
  queryFn: () => whole((query) => request('GET', '/v1/integrations', { query })),
})

const clients = queryOptions({
  queryKey: ['oauth-clients', 'all'],
  queryFn: () => whole((query) => request('GET', '/v1/oauth-clients', { query })),
})

const keys = queryOptions({
  queryKey: ['keys', 'all'],
  queryFn: () => whole((query) => request('GET', '/v1/keys', { query })),
})

const pointers = { since: '/connectedSince', until: '/connectedUntil' } as const

/** Which accounts: each field narrows the others. */
export function FilterFields(content: {
  readonly draft: FilterDraft
  readonly error: unknown
  readonly set: (change: Partial<FilterDraft>) => void
}) {
  const { draft, error, set } = content
  const choice = (name: 'integration' | 'client' | 'environment' | 'key', any: string, known: Known) => ({
    value: draft[name],
    error: faultAt(error, `/${name}`),
    data: [{ value: '', label: any }, ...known],
    onChange: (event: React.ChangeEvent<HTMLSelectElement>) => set({ [name]: event.currentTarget.value }),
  })
  const moment = (name: 'since' | 'until') => ({
    type: 'datetime-local',
    value: draft[name],
    error: faultAt(error, pointers[name]),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  })
  return (
    <>
      <NativeSelect
        label="Integration"
        {...choice('integration', 'Any', named(useQuery(integrations).data))}
      />
      <NativeSelect label="OAuth client" {...choice('client', 'Any', named(useQuery(clients).data))} />
      <NativeSelect
        label="Environment"
        {...choice('environment', 'Any', named(useQuery(allEnvironments).data))}
      />
      <NativeSelect
        label="API key"
        description="The accounts that this key can use. Revoke first, and delete the key then."
        {...choice(
          'key',
          'Any',
          (useQuery(keys).data ?? []).map(({ id, name }) => ({ value: id, label: name })),
        )}
      />
      <TextInput
        label="Connected since"
        description="Or connected again; in your own time."
        {...moment('since')}
      />
      <TextInput label="Connected before" {...moment('until')} />
    </>
  )
}

type Known = readonly { readonly value: string; readonly label: string }[]

function named(all: readonly { readonly key: string; readonly name: string }[] | undefined): Known {
  return (all ?? []).map(({ key, name }) => ({ value: key, label: name }))
}
