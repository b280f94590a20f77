import { QueryClient, queryOptions } from '@tanstack/react-query'
import { Failure } from './failure.ts'
import { request } from './request.ts'

/**
 * What is known, until it is asked for anew. What is asked for by time is so by `live` alone: any other request keeps a
 * session alive, and one that is left alone has to end (S1).
 */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) => count < 2 && error instanceof Failure && error.isTransient,
      },
    },
  })
}

/** Who is logged in, and what they may do. */
export const ownUser = queryOptions({
  queryKey: ['users', 'me'],
  queryFn: () => request('GET', '/v1/users/me', {}),
})
