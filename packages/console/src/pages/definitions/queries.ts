import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'

/** Lists that a field’s choices can come from. */
const lists: Readonly<
  Record<
    string,
    () => Promise<{ readonly items: readonly { readonly key: string; readonly name: string }[] }>
  >
> = {
  'oauth-clients': () => request('GET', '/v1/oauth-clients', { query: { limit: 1000 } }),
}

/** What a list has, by name. */
export const keysOf = (list: string) =>
  queryOptions({
    queryKey: [list, 'keys'],
    queryFn: async () => (await lists[list]?.())?.items ?? [],
  })

/** An entry of the catalogue. */
export const provider = (id: string) =>
  queryOptions({
    queryKey: ['providers', id],
    queryFn: () => request('GET', '/v1/providers/{id}', { params: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
  })
