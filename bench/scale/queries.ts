import type { LaneRecord, Store } from '@sallyport/core/ports'
import type { Plan } from './plan.ts'

/** How long each call took, in milliseconds. */
export interface QueryTimes {
  readonly lanes: number[]
  /** Finding and claiming accounts of a lane with little to do. */
  readonly due: number[]
  readonly claim: number[]
  /** The same of the lane with the backlog. */
  readonly backlogDue: number[]
  readonly backlogClaim: number[]
}

/** A filled database that is open in this process. */
export interface Measured {
  readonly store: Store
  readonly plan: Plan
}

/** What a look of the scheduler takes from one lane where there are several. */
const atOnce = 8
const warmUps = 30

/**
 * What the scheduler asks for, by the methods that it calls, as if it were the middle of the schedule. Databases take
 * turns with each call, so that whatever else the machine does meets all of them.
 */
export async function measureQueries(
  databases: readonly Measured[],
  calls: number,
): Promise<readonly QueryTimes[]> {
  const times = databases.map(
    (): QueryTimes => ({ lanes: [], due: [], claim: [], backlogDue: [], backlogClaim: [] }),
  )
  for (let call = -warmUps; call < calls; call += 1) {
    for (const [index, database] of databases.entries()) {
      const measured = await look(database, Math.abs(call))
      if (call < 0) continue
      for (const name of Object.keys(measured) as (keyof QueryTimes)[]) {
        times[index]?.[name].push(measured[name])
      }
    }
  }
  return times
}

async function look(
  { store: { schedule }, plan }: Measured,
  turn: number,
): Promise<Record<keyof QueryTimes, number>> {
  const lanes = await timed(() => schedule.lanes(plan.now))
  const ordinary = lanes.result.filter(({ integrationId }) => integrationId !== plan.backlogId)
  const backlog = lanes.result.find(({ integrationId }) => integrationId === plan.backlogId)
  const lane = ordinary[turn % ordinary.length]
  if (!lane || !backlog) throw new Error('No lane is due where all should be.')
  const one = await serve(schedule, plan, lane)
  const other = await serve(schedule, plan, backlog)
  return {
    lanes: lanes.milliseconds,
    due: one.due,
    claim: one.claim,
    backlogDue: other.due,
    backlogClaim: other.claim,
  }
}

async function serve(schedule: Store['schedule'], { now }: Plan, lane: LaneRecord) {
  const due = await timed(() => schedule.due(lane, now, atOnce))
  // Not to when a claim would lapse, but back among what is due in this lane: so that it stays as it is.
  const until = Math.floor(lane.dueAt + Math.random() * (now - lane.dueAt) * 0.9)
  const claim = await timed(() => schedule.claim(due.result, now, until))
  if (claim.result.length !== atOnce)
    throw new Error(`${claim.result.length} of ${atOnce} accounts were claimed.`)
  return { due: due.milliseconds, claim: claim.milliseconds }
}

async function timed<Result>(work: () => Promise<Result>) {
  const began = performance.now()
  const result = await work()
  return { result, milliseconds: performance.now() - began }
}
