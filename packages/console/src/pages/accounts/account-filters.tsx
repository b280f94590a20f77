import { NativeSelect } from '@mantine/core'
import { accountStatuses } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { choices } from '../../ui/choices.ts'
import { Filters } from '../../ui/filters.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { environments, integrations } from './queries.ts'
import { type AccountSearch, readAccountSearch } from './search.ts'
import { statuses } from './status.ts'

type AccountFilter = Omit<AccountSearch, 'cursor' | 'sort'>

const anyStatus = { value: '', label: 'Any status' }
const statusChoices = accountStatuses.map((value) => ({ value, label: statuses[value].label }))

/** What narrows the list down. Whatever changes, the list begins at its first page. */
export function AccountFilters(content: {
  readonly filters: AccountFilter
  readonly onChange: (filters: AccountFilter) => void
}) {
  const { filters, onChange } = content
  const set = (change: Readonly<Record<string, string>>) =>
    onChange(readAccountSearch({ ...filters, ...change }))
  const keys = useQuery(integrations).data?.items ?? []
  const places = useQuery(environments).data?.items ?? []
  return (
    <Filters>
      <SearchField text={filters.q ?? ''} placeholder="Name of an account" onSearch={(q) => set({ q })} />
      <NativeSelect
        label="Status"
        value={filters.status ?? ''}
        data={[anyStatus, ...statusChoices]}
        onChange={(event) => set({ status: event.currentTarget.value })}
      />
      <NativeSelect
        label="Integration"
        value={filters.integration ?? ''}
        data={choices('Any integration', keys, filters.integration)}
        onChange={(event) => set({ integration: event.currentTarget.value })}
      />
      <NativeSelect
        label="Environment"
        value={filters.environment ?? ''}
        data={choices('Any environment', places, filters.environment)}
        onChange={(event) => set({ environment: event.currentTarget.value })}
      />
    </Filters>
  )
}
