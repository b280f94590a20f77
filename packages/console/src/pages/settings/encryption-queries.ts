import type { EncryptionReply, OuterKeysReply, RotationReply } from '@sallyport/contract'
import { queryOptions } from '@tanstack/react-query'
import { live } from '../../api/live.ts'
import { request } from '../../api/request.ts'

/** Followed closely only while something is under way. */
const often = 2

export const encryption = queryOptions({
  queryKey: ['encryption', 'keys'],
  ...live<EncryptionReply>(
    (data) => (data?.rotation ? often : undefined),
    (isBackground) => request('GET', '/v1/encryption', { isBackground }),
  ),
})

/** So many of the last ones are shown. */
const lastRotations = 20

/** Newest first. */
export const rotations = queryOptions({
  queryKey: ['encryption', 'rotations'],
  ...live<{ readonly items: readonly RotationReply[] }>(
    (data) => (data?.items.some(({ endedAt }) => endedAt === undefined) ? often : undefined),
    (isBackground) =>
      request('GET', '/v1/encryption/rotations', { query: { limit: lastRotations }, isBackground }),
  ),
})

export const outerKeys = queryOptions({
  queryKey: ['encryption', 'outer-keys'],
  ...live<OuterKeysReply>(
    (data) => (data && data.rewrap.done < data.rewrap.total ? often : undefined),
    (isBackground) => request('GET', '/v1/encryption/outer-keys', { isBackground }),
  ),
})
