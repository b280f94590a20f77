import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useMay } from '../../api/use-may.ts'
import { Filters } from '../../ui/filters.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { Way } from '../../ui/way.tsx'
import { authLabel } from '../integrations/auth-types.ts'
import { Found } from './found.tsx'
import { everyProvider } from './queries.ts'
import { readProviderSearch } from './search.ts'

/** What is known of providers, to start an integration from. */
export function GalleryPage() {
  const search = useSearch({ from: '/providers' })
  const navigate = useNavigate({ from: '/providers' })
  const query = useQuery(everyProvider)
  const mayWrite = useMay('integrations:write')
  const set = (change: Readonly<Record<string, string>>) =>
    void navigate({ search: readProviderSearch({ ...search, ...change }), replace: true })
  const [typed, type] = useTyped(search.q ?? '', (q) => set({ q }))
  const types = useMemo(() => [...new Set(query.data?.map(({ auth }) => auth))].sort(), [query.data])
  return (
    <>
      <Trail>
        <Link to="/integrations">Integrations</Link>
      </Trail>
      <Page title="Providers" beside={mayWrite && <Way to="/integrations/new">From nothing</Way>}>
        <p>
          What is known of how each API authenticates. An integration made from one needs only what its
          provider gave you.
        </p>
        <Filters>
          <TextInput
            type="search"
            label="Search"
            placeholder="Name of a provider"
            maxLength={200}
            value={typed}
            onChange={(event) => type(event.currentTarget.value)}
          />
          <NativeSelect
            label="Type"
            value={search.type ?? ''}
            data={[
              { value: '', label: 'Any type' },
              ...types.map((value) => ({ value, label: authLabel(value) })),
            ]}
            onChange={(event) => set({ type: event.currentTarget.value })}
          />
        </Filters>
        <Loaded query={query} rows={10}>
          {(providers) => (
            <Found key={`${typed} ${search.type}`} providers={providers} search={{ ...search, q: typed }} />
          )}
        </Loaded>
      </Page>
    </>
  )
}

/** What is typed, at once; the address follows, and where it changes by itself, so does what is typed. */
function useTyped(inAddress: string, write: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(inAddress)
  const written = useRef(inAddress)
  useEffect(() => {
    if (inAddress === written.current) return
    written.current = inAddress
    setTyped(inAddress)
  }, [inAddress])
  const type = (text: string) => {
    setTyped(text)
    written.current = text
    write(text)
  }
  return [typed, type]
}
