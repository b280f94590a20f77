import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import { whole } from '../../api/whole.ts'

/** For choosing among them. */
export const apps = queryOptions({
  queryKey: ['apps', 'all'],
  queryFn: () => whole((query) => request('GET', '/v1/apps', { query })),
})
