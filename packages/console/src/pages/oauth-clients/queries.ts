import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import { whole } from '../../api/whole.ts'

/** All of an organization: a list that is short. */
export const oauthClients = queryOptions({
  queryKey: ['oauth-clients', 'all'],
  queryFn: () => whole((query) => request('GET', '/v1/oauth-clients', { query })),
})

export const oauthClient = (key: string) =>
  queryOptions({
    queryKey: ['oauth-clients', key],
    queryFn: () => request('GET', '/v1/oauth-clients/{key}', { params: { key } }),
  })
