import { Button } from '@mantine/core'
import type { ApiKeyReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Filters } from '../../ui/filters.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { KeyTable } from './key-table.tsx'
import { keys } from './queries.ts'
import { type KeySearch, keysShown, readKeySearch } from './search.ts'

/** The organization’s keys: what each may do, and whether it is used. */
export function KeysPage() {
  const search = useSearch({ from: '/keys' })
  const navigate = useNavigate({ from: '/keys' })
  const query = useQuery(keys)
  const find = (q: string) =>
    void navigate({ search: readKeySearch({ ...search, q, cursor: undefined }), replace: true })
  return (
    <Page
      title="API keys"
      beside={
        <Button component={Link} to="/keys/new">
          New key
        </Button>
      }
    >
      <Filters>
        <SearchField text={search.q ?? ''} placeholder="Name, scope, app or environment" onSearch={find} />
      </Filters>
      <Section title={search.q === undefined ? 'All keys' : 'Keys that match'}>
        <Loaded query={query} rows={6}>
          {(all) => <Shown all={all} search={search} />}
        </Loaded>
      </Section>
    </Page>
  )
}

function Shown({ all, search }: { readonly all: readonly ApiKeyReply[]; readonly search: KeySearch }) {
  if (all.length === 0) {
    return (
      <Empty>There are no keys yet. Programs call Sallyport with a key; make one for each of them.</Empty>
    )
  }
  const { items, nextCursor } = keysShown(all, search)
  return (
    <>
      {items.length === 0 ? (
        <Empty>No key matches. Search for less.</Empty>
      ) : (
        <KeyTable keys={items} sort={search.sort ?? 'name'} />
      )}
      <Pager cursor={search.cursor} nextCursor={nextCursor} />
    </>
  )
}
