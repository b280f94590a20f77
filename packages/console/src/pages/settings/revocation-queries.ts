import type { RevocationReply, RevokedAccountState } from '@sallyport/contract'
import { queryOptions } from '@tanstack/react-query'
import { live } from '../../api/live.ts'
import { request } from '../../api/request.ts'
import { whole } from '../../api/whole.ts'

const often = 3

/** Newest first. */
export const revocations = queryOptions({
  queryKey: ['revocations', 'all'],
  ...live<readonly RevocationReply[]>(
    (all) => (all?.some(({ status }) => status === 'running') ? often : undefined),
    async (isBackground) => {
      const all = await whole((query) => request('GET', '/v1/revocations', { query, isBackground }))
      return all.toReversed()
    },
  ),
})

export const revocation = (id: string) =>
  queryOptions({
    queryKey: ['revocations', id],
    ...live<RevocationReply>(
      (run) => (run?.status === 'running' ? often : undefined),
      (isBackground) => request('GET', '/v1/revocations/{id}', { params: { id }, isBackground }),
    ),
  })

/** Its accounts whose tokens may still work, or those in one state: a page of them. */
export const revokedAccounts = (
  id: string,
  isRunning: boolean,
  query: { readonly state?: RevokedAccountState; readonly cursor?: string },
) =>
  queryOptions({
    queryKey: ['revocations', id, 'accounts', query],
    ...live(isRunning ? often : () => undefined, (isBackground) =>
      request('GET', '/v1/revocations/{id}/accounts', {
        params: { id },
        query: { ...query, limit: 50 },
        isBackground,
      }),
    ),
  })
