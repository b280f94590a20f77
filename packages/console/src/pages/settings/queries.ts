import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import { whole } from '../../api/whole.ts'

export const people = queryOptions({
  queryKey: ['users', 'all'],
  queryFn: () => whole((query) => request('GET', '/v1/users', { query })),
})

export const person = (id: string) =>
  queryOptions({
    queryKey: ['users', id],
    queryFn: () => request('GET', '/v1/users/{id}', { params: { id } }),
  })

export const invitations = queryOptions({
  queryKey: ['invitations'],
  queryFn: () => whole((query) => request('GET', '/v1/invitations', { query })),
})

export const roles = queryOptions({
  queryKey: ['roles'],
  queryFn: () => whole((query) => request('GET', '/v1/roles', { query })),
})

export const identityProviders = queryOptions({
  queryKey: ['identity-providers'],
  queryFn: () => whole((query) => request('GET', '/v1/identity-providers', { query })),
})

export const identityProvider = (key: string) =>
  queryOptions({
    queryKey: ['identity-providers', key],
    queryFn: () => request('GET', '/v1/identity-providers/{key}', { params: { key } }),
  })

export const allEnvironments = queryOptions({
  queryKey: ['environments', 'all'],
  queryFn: () => whole((query) => request('GET', '/v1/environments', { query })),
})

export const environment = (key: string) =>
  queryOptions({
    queryKey: ['environments', 'one', key],
    queryFn: () => request('GET', '/v1/environments/{key}', { params: { key } }),
  })
