import { queryOptions } from '@tanstack/react-query'
import { everyPage } from '../../api/every-page.ts'
import { type Answer, request } from '../../api/request.ts'

export type Integration = Answer<'GET', '/v1/integrations/{key}'>

/** All of them: there are some hundreds at most, which are searched and sorted here. */
export const everyIntegration = queryOptions({
  queryKey: ['integrations', 'all'],
  queryFn: () => everyPage((query) => request('GET', '/v1/integrations', { query })),
})

export const integration = (key: string) =>
  queryOptions({
    queryKey: ['integrations', key],
    queryFn: () => request('GET', '/v1/integrations/{key}', { params: { key } }),
  })

/** How many accounts there are, by integration, environment and status. */
export const accountCounts = (key?: string) =>
  queryOptions({
    queryKey: ['accounts', 'counts', key],
    queryFn: async () => {
      const of = key === undefined ? {} : { integration: key }
      const { groups = [] } = await request('GET', '/v1/accounts/counts', {
        query: { ...of, groups: 'true' },
      })
      return groups
    },
  })

/** Apps that have an adapter for it, each with those adapters. */
export const appsWith = (key: string) =>
  queryOptions({
    queryKey: ['apps', 'with', key],
    queryFn: async () => {
      const apps = await everyPage((query) => request('GET', '/v1/apps', { query }))
      const isIt = (adapter: { readonly integration: string }) =>
        adapter.integration.toLowerCase() === key.toLowerCase()
      return apps.flatMap((app) => {
        const adapters = app.adapters.filter(isIt)
        return adapters.length === 0 ? [] : [{ key: app.key, name: app.name, adapters }]
      })
    },
  })

/** Operations that are made for its accounts. */
export const operationsWith = (key: string) =>
  queryOptions({
    queryKey: ['operations', 'with', key],
    queryFn: () =>
      everyPage((query) => request('GET', '/v1/operations', { query: { ...query, integration: key } })),
  })
