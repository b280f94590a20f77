import type { OperationReply } from '@sallyport/contract'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'

/** Every operation: they are searched and sorted here, as an organization has some hundreds of them. */
export const operations = queryOptions({
  queryKey: ['operations', 'all'],
  async queryFn() {
    const all: OperationReply[] = []
    let cursor: string | undefined
    do {
      const page = await request('GET', '/v1/operations', {
        query: { limit: 1000, ...(cursor !== undefined && { cursor }) },
      })
      all.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return all
  },
})

export const operation = (key: string) =>
  queryOptions({
    queryKey: ['operations', 'one', key],
    queryFn: () => request('GET', '/v1/operations/{key}', { params: { key } }),
  })

export const integrations = queryOptions({
  queryKey: ['integrations'],
  queryFn: () => request('GET', '/v1/integrations', { query: { limit: 1000 } }),
})

export const apps = queryOptions({
  queryKey: ['apps', 'first'],
  queryFn: () => request('GET', '/v1/apps', { query: { limit: 1000 } }),
})

export const profile = (key: string, name: string) =>
  queryOptions({
    queryKey: ['apps', 'profile', key, name],
    queryFn: () => request('GET', '/v1/apps/{key}/profiles/{profile}', { params: { key, profile: name } }),
  })

/** To choose among: the first of an integration, or those whose name has that in it. */
export const accountsOf = (integration: string, q: string) =>
  queryOptions({
    queryKey: ['accounts', 'of', integration, q],
    queryFn: () =>
      request('GET', '/v1/accounts', { query: { integration, limit: '100', ...(q !== '' && { q }) } }),
  })

export const account = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id],
    queryFn: () => request('GET', '/v1/accounts/{id}', { params: { id } }),
  })

export const standardOperations = (provider: string) =>
  queryOptions({
    queryKey: ['providers', provider, 'operations'],
    queryFn: () =>
      request('GET', '/v1/providers/{id}/operations', { params: { id: provider }, query: { limit: 1000 } }),
  })
