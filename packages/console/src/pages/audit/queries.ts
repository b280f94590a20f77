import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import { timeInId } from '../events/time-in-id.ts'
import type { AuditSearch } from './search.ts'

const pageSize = 50

export const auditPage = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['audit', 'page', search],
    queryFn: () => request('GET', '/v1/audit', { query: { ...search, limit: pageSize } }),
    placeholderData: keepPreviousData,
  })

/** One entry, which is found by the moment that its id tells; null where there is none. */
export const auditEntry = (id: string) =>
  queryOptions({
    queryKey: ['audit', id],
    queryFn: async () => {
      const at = timeInId(id)
      if (at === undefined) return null
      const [since, until] = [at, at + 1].map((each) => new Date(each).toISOString())
      const { items } = await request('GET', '/v1/audit', { query: { since, until, limit: 1000 } })
      return items.find((each) => each.id === id) ?? null
    },
  })

export const checkpoints = queryOptions({
  queryKey: ['audit', 'checkpoints'],
  queryFn: () => request('GET', '/v1/audit/checkpoints', { query: { limit: 10 } }),
})
