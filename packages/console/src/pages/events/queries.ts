import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { live } from '../../api/live.ts'
import { request } from '../../api/request.ts'
import { type EventSearch, isFollowed } from './search.ts'
import { timeInId } from './time-in-id.ts'

export const pageSize = 100
const secondsBetween = 3

/** A page of events; where it is followed, its newest ones again and again. */
export function eventsPage(search: EventSearch) {
  const { live: _, ...query } = search
  const ask = (isBackground: boolean) =>
    request('GET', '/v1/events', { query: { ...query, limit: pageSize }, isBackground })
  return queryOptions({
    queryKey: ['events', 'page', query],
    ...(isFollowed(search) ? live(secondsBetween, ask) : { queryFn: () => ask(false) }),
    placeholderData: keepPreviousData,
  })
}

/** One event, which is found by the moment that its id tells; undefined where there is none. */
export const event = (id: string) =>
  queryOptions({
    queryKey: ['events', id],
    queryFn: async () => {
      const at = timeInId(id)
      if (at === undefined) return null
      const query = { since: moment(at), until: moment(at + 1), limit: 1000 }
      const { items } = await request('GET', '/v1/events', { query })
      return items.find((each) => each.id === id) ?? null
    },
  })

function moment(at: number): string {
  return new Date(at).toISOString()
}
