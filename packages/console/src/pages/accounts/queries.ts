import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import type { AccountSearch } from './search.ts'

/** So many fit a page without anybody getting lost. */
const pageSize = '50'

export const accountsPage = (search: AccountSearch) =>
  queryOptions({
    queryKey: ['accounts', 'page', search],
    queryFn: () => request('GET', '/v1/accounts', { query: { ...search, limit: pageSize } }),
    placeholderData: keepPreviousData,
  })

/** How many there are of what the list is narrowed to, of each status. */
export const accountCounts = ({ q, status, integration, environment }: AccountSearch = {}) => {
  const query = { q, status, integration, environment }
  return queryOptions({
    queryKey: ['accounts', 'counts', query],
    queryFn: () => request('GET', '/v1/accounts/counts', { query: given(query) }),
    placeholderData: keepPreviousData,
  })
}

function given<Query extends object>(query: Query) {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}

/** What has to be asked for to connect an account of an integration. */
export const accountForm = (key: string) =>
  queryOptions({
    queryKey: ['integrations', key, 'account-form'],
    queryFn: () => request('GET', '/v1/integrations/{key}/account-form', { params: { key } }),
    staleTime: 60_000,
  })

export const account = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id],
    queryFn: () => request('GET', '/v1/accounts/{id}', { params: { id } }),
  })

const timelinePage = 20

export const traces = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['accounts', id, 'traces'],
    queryFn: ({ pageParam: cursor }) =>
      request('GET', '/v1/accounts/{id}/traces', {
        params: { id },
        query: { limit: timelinePage, ...(cursor !== undefined && { cursor }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })

export const accountEvents = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['accounts', id, 'events'],
    queryFn: ({ pageParam: cursor }) =>
      request('GET', '/v1/events', {
        query: { account: id, type: 'account', limit: timelinePage, ...(cursor !== undefined && { cursor }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })

/** For choosing among them; who may not read them has no choice to make. */
export const integrations = queryOptions({
  queryKey: ['integrations'],
  queryFn: () => request('GET', '/v1/integrations', { query: { limit: 1000 } }),
})

export const environments = queryOptions({
  queryKey: ['environments'],
  queryFn: () => request('GET', '/v1/environments', { query: { limit: 1000 } }),
})
