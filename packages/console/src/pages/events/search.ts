import { eventTypes } from '@sallyport/contract'
import { readMoment, readTexts } from '../../ui/read-texts.ts'

/** All that happened to accounts, or the calls, or one type. */
export const typeChoices = ['call', 'account', ...eventTypes] as const

/** Which events a list shows: all of it stands in the address, so that it can be shared. */
export interface EventSearch {
  readonly type?: (typeof typeChoices)[number]
  readonly account?: string
  readonly integration?: string
  readonly environment?: string
  readonly app?: string
  readonly key?: string
  readonly request?: string
  readonly method?: string
  readonly status?: string
  readonly code?: string
  readonly since?: string
  readonly until?: string
  /** Whether new ones appear as they happen. */
  readonly live?: true
  /** Where this page begins; its first one has none. */
  readonly cursor?: string
}

const longest = {
  ...{ account: 64, integration: 64, environment: 64, app: 64, key: 64, request: 44, method: 20 },
  ...{ status: 3, code: 64, cursor: 200 },
} as const

/** What an address says of it; what it cannot mean is left out. */
export function readEventSearch(given: Readonly<Record<string, unknown>>): EventSearch {
  const type = typeChoices.find((each) => each === given.type)
  const [since, until] = [readMoment(given.since), readMoment(given.until)]
  const { status, request, ...texts } = readTexts(given, longest)
  return {
    ...texts,
    ...(status !== undefined && /^[1-5](\d\d|xx)$/.test(status) && { status }),
    ...(request !== undefined && /^req_[0-9a-z]+$/.test(request) && { request }),
    ...(type && { type }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...((given.live === true || given.live === 'true') && { live: true }),
  }
}

/** Whether a list is followed: what is older than a moment, or another page, does not change. */
export function isFollowed({ live, cursor, until }: EventSearch): boolean {
  return live === true && cursor === undefined && until === undefined
}
