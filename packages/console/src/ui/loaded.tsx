import { Skeleton } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemAlert } from './problem-alert.tsx'

/** What was asked for, once it is there; until then that it is on its way, or why it did not come. */
export function Loaded<Data>(content: {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>
  readonly rows?: number
  readonly children: (data: Data) => ReactNode
}) {
  const { query, rows = 3, children } = content
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />
  return <Loading rows={rows} />
}

/** In place of what is on its way. */
export function Loading({ rows = 3 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={index} height={20} mb={12} />
      ))}
    </div>
  )
}
