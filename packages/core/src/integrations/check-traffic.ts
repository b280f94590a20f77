import type { Fault } from '@sallyport/contract'
import { type Fields, record } from './fields.ts'

/** What `rateLimit` and `auth.authErrors` say of the same thing: one of them would have no effect. */
export function trafficFaults({ raw, auth }: Fields): Fault[] {
  const { statuses, path } = record(raw.rateLimit)
  const isSaidTwice = record(auth.authErrors).rateLimited !== undefined
  if (!isSaidTwice || (statuses === undefined && path === undefined)) return []
  return [
    {
      path: `/rateLimit/${path === undefined ? 'statuses' : 'path'}`,
      code: 'said_twice',
      message: 'auth.authErrors.rateLimited says already which replies these are. Remove one of the two.',
    },
  ]
}
