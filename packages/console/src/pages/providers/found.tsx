import { Button } from '@mantine/core'
import type { ProviderSummary } from '@sallyport/contract'
import { useMemo, useState } from 'react'
import { Empty } from '../../ui/page.tsx'
import classes from './gallery.module.css'
import { matching } from './matching.ts'
import type { ProviderSearch } from './search.ts'
import { Tiles } from './tiles.tsx'

/** So many are in the page until more are asked for. */
const atFirst = 60

/** The providers that match, and how many they are. */
export function Found(content: {
  readonly providers: readonly ProviderSummary[]
  readonly search: ProviderSearch
}) {
  const { providers, search } = content
  const found = useMemo(() => matching(providers, search), [providers, search])
  const [most, setMost] = useState(atFirst)
  const isAll = found.length === providers.length
  return (
    <>
      <p role="status" className={classes.count}>
        {found.length} {!isAll && `of ${providers.length} `}providers
      </p>
      {found.length === 0 && (
        <Empty>No provider matches. Take a filter away, or start an integration from nothing.</Empty>
      )}
      <Tiles providers={found.slice(0, most)} />
      {found.length > most && (
        <Button variant="default" onClick={() => setMost(most + atFirst)}>
          Show more
        </Button>
      )}
    </>
  )
}
