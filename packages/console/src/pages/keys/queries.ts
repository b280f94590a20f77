import { queryOptions } from '@tanstack/react-query'
import { everyPage } from '../../api/every-page.ts'
import { request } from '../../api/request.ts'

export const keys = queryOptions({
  queryKey: ['keys'],
  queryFn: () => everyPage((query) => request('GET', '/v1/keys', { query })),
})

export const keysOfApp = (app: string) =>
  queryOptions({
    queryKey: ['keys', 'of app', app],
    queryFn: () => everyPage((query) => request('GET', '/v1/keys', { query: { ...query, app } })),
  })

export const key = (id: string) =>
  queryOptions({
    queryKey: ['keys', id],
    queryFn: () => request('GET', '/v1/keys/{id}', { params: { id } }),
  })
