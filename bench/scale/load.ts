import type { Lane } from './accounts.ts'
import type { Installation } from './installation.ts'

/** Integrations that are renewed, by what they are for. */
export interface Load {
  /** Those that bring most renewals. */
  readonly busy: readonly string[]
  /** Those with little to do, beside the backlog. */
  readonly quiet: readonly string[]
  readonly backlog: string
  readonly backlogAccounts: number
  /** Renewals in a second that come due, without the backlog. */
  readonly perSecond: number
  readonly backlogPerSecond: number
}

const [busyLanes, quietLanes] = [10, 5]
const [busyAccounts, quietAccounts] = [2_200, 60]
const lifetime = 180_000
const hour = 3_600_000
const backlogPerSecond = 10

/**
 * Accounts that come due continuously: each is renewed between a quarter of its token's life and half of it. They begin
 * as if they had been at it for ever, so that the load is the same from the first second to the last.
 */
export async function fillLoad(
  installation: Installation,
  { origin, backlogAccounts }: { readonly origin: string; readonly backlogAccounts: number },
): Promise<Load> {
  const keys = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index}`)
  const living = [...keys('busy', busyLanes), ...keys('quiet', quietLanes)]
  const ids = await installation.define([
    ...living.map((key) => ({ key, tokenUrl: `${origin}/token/${lifetime / 1000}`, perSecond: 100 })),
    // Of an hour, so that none comes back.
    { key: 'waiting', tokenUrl: `${origin}/token/3600`, perSecond: backlogPerSecond },
  ])
  const backlog = ids.at(-1) ?? ''
  const [busy, quiet] = [ids.slice(0, busyLanes), ids.slice(busyLanes, -1)]
  const now = Date.now()
  const lane = (integrationId: string, accounts: number): Lane => ({
    integrationId,
    accounts,
    lifetimeMilliseconds: lifetime,
    isOpened: true,
    dueAt: (place) => now + restOf(place),
  })
  await installation.fill([
    ...busy.map((id) => lane(id, busyAccounts)),
    ...quiet.map((id) => lane(id, quietAccounts)),
    {
      integrationId: backlog,
      accounts: backlogAccounts,
      lifetimeMilliseconds: hour,
      isOpened: true,
      dueAt: (place) => now + (place - 2) * hour,
    },
  ])
  const accounts = busyLanes * busyAccounts + quietLanes * quietAccounts
  return {
    busy,
    quiet,
    backlog,
    backlogAccounts,
    perSecond: (accounts / lifetime) * 1000 * (8 / 3),
    backlogPerSecond,
  }
}

/**
 * What is left of an interval in whose middle somebody looks: those are spread evenly from a quarter of a token's life
 * to half of it, and the longer one is, the likelier it is looked into.
 */
function restOf(place: number): number {
  const [shortest, longest] = [lifetime / 4, lifetime / 2]
  const share = shortest / ((shortest + longest) / 2)
  if (place < share) return (place / share) * shortest
  return longest - (longest - shortest) * Math.sqrt((1 - place) / (1 - share))
}
