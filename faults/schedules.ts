import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBroker, generateKeyRing, parseCidrs, parseKeyRing, ringKeys } from '@sallyport/core'
import type { Rotation } from '@sallyport/emulator'
import { openSqlite } from '@sallyport/store'
import { define, everybody } from './simulation/account.ts'
import { type Ground, runSchedule } from './simulation/schedule.ts'
import type { Outcome } from './simulation/verdict.ts'
import { VirtualTime } from './simulation/virtual-time.ts'

const kinds: readonly Rotation[] = ['strict', 'grace', 'static']
const random = { bytes: randomBytes }

/** Totals of many schedules. */
export interface Totals {
  readonly schedules: number
  readonly renewals: number
  readonly lost: Readonly<Record<Rotation, number>>
  /** Those in which something was wrong. */
  readonly failed: readonly Outcome[]
}

/** Runs schedules one after another, each by the seed after the last one's; the first failures end it. */
export async function runSchedules(
  first: number,
  count: number,
  progress: (done: number) => void = () => undefined,
): Promise<Totals> {
  const { ground, close } = await prepare()
  const lost = { strict: 0, grace: 0, static: 0 }
  const failed: Outcome[] = []
  let renewals = 0
  let done = 0
  while (done < count && failed.length < 10) {
    const seed = first + done
    const outcome = await runSchedule(ground, {
      seed,
      nodes: 1 + (seed % 3),
      kind: kinds[Math.floor(seed / 3) % 3] ?? 'strict',
    })
    if (outcome.violations.length > 0) failed.push(outcome)
    if (outcome.isLost) lost[outcome.kind] += 1
    renewals += outcome.renewals
    done += 1
    progress(done)
  }
  await close()
  return { schedules: done, renewals, lost, failed }
}

/** A database for all of them, in memory where the machine has a place for that: nothing here depends on its disk. */
async function prepare(): Promise<{ readonly ground: Ground; close(): Promise<void> }> {
  const memory = '/dev/shm'
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'sallyport-schedules-'))
  const time = new VirtualTime()
  const database = openSqlite(folder, time.clock(0))
  await database.migrate()
  const ring = parseKeyRing(generateKeyRing(random))
  if ('faults' in ring) throw new Error(ring.faults.join())
  const outerKeys = ringKeys(ring.ring, random)
  const broker = await createBroker({
    ...{ store: database.store, isAlone: true, outerKeys, clock: time.clock(0), random },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    journal: {
      ...{ enter: async () => [], settle: async () => undefined, entries: async () => [] },
      ...{ append: async () => undefined, remove: async () => undefined, hasRoom: async () => true },
    },
    memory: { read: async () => undefined, write: async () => undefined },
    publicUrl: 'http://127.0.0.1',
    egress: { allowedPrivate: parseCidrs('127.0.0.0/8').ranges, exemptOrigins: new Set() },
    adminKey: undefined,
  })
  await define(broker, await everybody(database.store))
  await broker.close()
  return {
    ground: { store: database.store, outerKeys, time },
    async close() {
      await database.close()
      rmSync(folder, { recursive: true })
    },
  }
}
