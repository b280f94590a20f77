import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ownUser } from '../../api/queries.ts'
import { choices } from '../../ui/choices.ts'
import { ManyFilters, MoreFilters } from '../../ui/filters.tsx'
import { MomentField } from '../../ui/moment-field.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { TextFilter } from '../../ui/text-filter.tsx'
import { environments, integrations } from '../accounts/queries.ts'
import { apps } from './app-choices.ts'
import { type EventSearch, readEventSearch, typeChoices } from './search.ts'
import { eventWords } from './words.ts'

const types = typeChoices.map((key) => ({
  key,
  name: key === 'call' ? 'Calls' : key === 'account' ? 'Changes of accounts' : eventWords(key),
}))
const classesOfStatus = [
  { key: '2xx', name: '2xx: good' },
  { key: '3xx', name: '3xx' },
  { key: '4xx', name: '4xx: refused' },
  { key: '5xx', name: '5xx: failed' },
]

/** What narrows the list down. Whatever changes, the list begins at its first page. */
export function EventFilters(content: {
  readonly filters: Omit<EventSearch, 'cursor' | 'live'>
  readonly onChange: (filters: EventSearch) => void
}) {
  const { filters, onChange } = content
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    onChange(readEventSearch({ ...filters, ...change }))
  const scopes = useQuery(ownUser).data?.scopes ?? []
  const keys = useQuery({ ...integrations, enabled: scopes.includes('integrations:read') }).data?.items ?? []
  const places = useQuery(environments).data?.items ?? []
  const consumers = useQuery({ ...apps, enabled: scopes.includes('apps:read') }).data ?? []
  const select = (label: string, name: keyof typeof filters, data: ReturnType<typeof choices>) => (
    <NativeSelect
      label={label}
      value={filters[name] ?? ''}
      data={data}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  )
  const { account, key, method, code, since, until } = filters
  const isMore = [account, key, method, code, since, until].some((each) => each !== undefined)
  return (
    <>
      <ManyFilters>
        <SearchField
          text={filters.request ?? ''}
          placeholder="Id of a request: req_…"
          onSearch={(request) => set({ request })}
        />
        {select('Type', 'type', choices('Any type', types, filters.type))}
        {select('Integration', 'integration', choices('Any integration', keys, filters.integration))}
        {select('Environment', 'environment', choices('Any environment', places, filters.environment))}
        {select('App', 'app', choices('Any app', consumers, filters.app))}
        {select('Status', 'status', choices('Any status', classesOfStatus, filters.status))}
      </ManyFilters>
      <MoreFilters isOpen={isMore}>
        <MomentField label="Since" at={since} onChange={(at) => set({ since: at })} />
        <MomentField label="Until" at={until} onChange={(at) => set({ until: at })} />
        <TextFilter
          label="Account (id)"
          placeholder="acc_…"
          value={account}
          onChange={(text) => set({ account: text })}
        />
        <TextFilter
          label="API key (id)"
          placeholder="key_…"
          value={key}
          onChange={(text) => set({ key: text })}
        />
        <TextFilter
          label="Method"
          placeholder="GET"
          value={method}
          onChange={(text) => set({ method: text })}
        />
        <TextFilter
          label="Error code"
          placeholder="upstream_timeout"
          value={code}
          onChange={(text) => set({ code: text })}
        />
      </MoreFilters>
    </>
  )
}
