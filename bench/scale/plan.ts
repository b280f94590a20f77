import type { Lane } from './accounts.ts'
import type { Definition, Installation } from './installation.ts'

/** How the accounts of a database are spread, and when they are looked at. */
export interface Plan {
  /** In the future, so that a server that is started on it meanwhile finds nothing to do. */
  readonly now: number
  readonly backlogId: string
  /** Seconds that filling took. */
  readonly seconds: number
}

const minute = 60_000
const hour = 60 * minute
const ordinaryLanes = 99

/**
 * A hundred integrations. The accounts of one are overdue, as of a client that is paused: a fifth of all. Those of
 * the others are due over an hour, a quarter of which is past at the moment of the plan.
 */
export async function fillByPlan(installation: Installation, accounts: number, from: number): Promise<Plan> {
  const keys = Array.from({ length: ordinaryLanes }, (_, index) => `lane${index}`)
  const definitions = [...keys, 'backlog'].map((key): Definition => {
    // Nobody is there: nothing of these is due while a server runs.
    return { key, tokenUrl: 'http://127.0.0.1:9/token/3600' }
  })
  const ids = await installation.define(definitions)
  const backlog = Math.floor(accounts / 5)
  const each = Math.floor((accounts - backlog) / ordinaryLanes)
  const lanes = ids.map((integrationId, index): Lane => {
    const isBacklog = index === ordinaryLanes
    return {
      integrationId,
      accounts: isBacklog ? accounts - each * ordinaryLanes : each,
      lifetimeMilliseconds: hour,
      isOpened: false,
      dueAt: (place) => from + (isBacklog ? (place - 1.5) * hour : place * hour),
    }
  })
  const seconds = await installation.fill(lanes)
  return { now: from + 15 * minute, backlogId: ids[ordinaryLanes] ?? '', seconds }
}
