import { queryOptions } from '@tanstack/react-query'
import { live } from '../../api/live.ts'
import { request } from '../../api/request.ts'
import { whole } from '../../api/whole.ts'

export const webhooks = queryOptions({
  queryKey: ['webhooks', 'all'],
  queryFn: () => whole((query) => request('GET', '/v1/webhooks', { query })),
})

const secondsBetween = 5

/** A webhook, followed: whether it fails shows as events are sent. */
export const webhook = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id],
    ...live(secondsBetween, (isBackground) =>
      request('GET', '/v1/webhooks/{id}', { params: { id }, isBackground }),
    ),
  })

/** What was sent to it and how that went, newest first; the first page is followed. */
export const deliveries = (id: string, cursor: string | undefined) => {
  const ask = (isBackground: boolean) =>
    request('GET', '/v1/webhooks/{id}/deliveries', {
      params: { id },
      query: { limit: 25, ...(cursor !== undefined && { cursor }) },
      isBackground,
    })
  return queryOptions({
    queryKey: ['webhooks', id, 'deliveries', cursor],
    ...(cursor === undefined ? live(secondsBetween, ask) : { queryFn: () => ask(false) }),
  })
}
