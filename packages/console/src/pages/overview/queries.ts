import type { AccountReply, AccountStatus } from '@sallyport/contract'
import { queryOptions, type UseQueryResult } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import { windowMilliseconds } from './buckets.ts'

/** Accounts of one status. */
export type AccountsOfStatus = UseQueryResult<{
  readonly status: AccountStatus
  readonly accounts: readonly AccountReply[]
  /** Whether there are more. */
  readonly hasMore: boolean
}>

export const accountsOf = (status: AccountStatus) =>
  queryOptions({
    queryKey: ['accounts', 'of', status],
    queryFn: async () => {
      const { items, nextCursor } = await request('GET', '/v1/accounts', { query: { status, limit: '100' } })
      return { status, accounts: items, hasMore: nextCursor !== undefined }
    },
  })

/** The calls of the last hour; of very many only the latest. */
export const lastCalls = queryOptions({
  queryKey: ['events', 'calls'],
  queryFn: async () => {
    const until = Date.now()
    const from = until - windowMilliseconds
    const { items, nextCursor } = await request('GET', '/v1/events', {
      query: { type: 'call', since: new Date(from).toISOString(), limit: 1000 },
    })
    const calls = items.flatMap((event) =>
      event.type === 'call' && 'method' in event.data ? [{ ...event.data, at: event.at }] : [],
    )
    return { calls, from, until, hasMore: nextCursor !== undefined }
  },
})

export const anyAccount = queryOptions({
  queryKey: ['accounts', 'any'],
  queryFn: () => request('GET', '/v1/accounts', { query: { limit: '1' } }),
})
