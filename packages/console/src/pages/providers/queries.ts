import { queryOptions } from '@tanstack/react-query'
import { everyPage } from '../../api/every-page.ts'
import { type Answer, request } from '../../api/request.ts'

export type Provider = Answer<'GET', '/v1/providers/{id}'>

/** The whole catalogue, as lists show it: it changes with the program alone. */
export const everyProvider = queryOptions({
  queryKey: ['providers', 'all'],
  queryFn: () => everyPage((query) => request('GET', '/v1/providers', { query })),
  staleTime: Number.POSITIVE_INFINITY,
})

export const provider = (id: string) =>
  queryOptions({
    queryKey: ['providers', id],
    queryFn: () => request('GET', '/v1/providers/{id}', { params: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
  })
