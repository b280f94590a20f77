import { readMoment, readTexts } from '../../ui/read-texts.ts'

/** Which entries a list shows: all of it stands in the address, so that it can be shared. */
export interface AuditSearch {
  readonly action?: string
  readonly actor?: string
  readonly target?: string
  readonly since?: string
  readonly until?: string
  /** Where this page begins; its first one has none. */
  readonly cursor?: string
}

const longest = { action: 64, actor: 64, target: 256, cursor: 200 } as const

/** What an address says of it; what it cannot mean is left out. */
export function readAuditSearch(given: Readonly<Record<string, unknown>>): AuditSearch {
  const [since, until] = [readMoment(given.since), readMoment(given.until)]
  const { action, ...texts } = readTexts(given, longest)
  return {
    ...texts,
    ...(action !== undefined && /^[a-z_.]+$/.test(action) && { action }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  }
}
