import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import { statuses } from '../accounts/status.ts'
import { windowMilliseconds } from './buckets.ts'

const mostWaiting = 10

/** The accounts that wait for somebody, the most urgent first; so many as anybody looks at. */
export const waiting = queryOptions({
  queryKey: ['accounts', 'waiting'],
  queryFn: async () => {
    const query = { sort: 'status', limit: `${mostWaiting + 1}` } as const
    const { items } = await request('GET', '/v1/accounts', { query })
    const accounts = items.filter(({ status }) => statuses[status].move !== undefined)
    return { accounts: accounts.slice(0, mostWaiting), hasMore: accounts.length > mostWaiting }
  },
})

/** Those that somebody has to connect again, the soonest first. */
export const expiring = queryOptions({
  queryKey: ['accounts', 'expiring'],
  queryFn: async () => {
    const { items } = await request('GET', '/v1/accounts', { query: { sort: 'reconnectBy', limit: '20' } })
    return items.filter(({ reconnectBy }) => reconnectBy !== undefined)
  },
})

/** How renewals of the last day went. */
export const renewals = queryOptions({
  queryKey: ['accounts', 'renewals'],
  queryFn: () => request('GET', '/v1/accounts/renewals', { query: { hours: 24 } }),
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
