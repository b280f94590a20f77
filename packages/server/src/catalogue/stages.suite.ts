import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProviderEntry } from '@sallyport/contract'
import { startEmulator } from '@sallyport/emulator'
import { fakeClock } from '@sallyport/testkit'
import { startSallyport } from '../sallyport.suite.ts'
import {
  type Journey,
  lastRefusals,
  runOf,
  type Stage,
  secondsBefore,
  stages,
  type World,
} from './life-cycle.suite.ts'

const folder = new URL('../../../catalog/providers/', import.meta.url)

/** The entries of the catalogue that are called over HTTP. */
export function entriesOfCatalogue(): readonly ProviderEntry[] {
  return readdirSync(folder)
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as ProviderEntry)
    .filter(({ definition }) => definition.baseUrl !== undefined)
}

/** A Sallyport and an emulator by one clock; `close` stops both. */
export async function startWorld(): Promise<World & { close(): Promise<void> }> {
  const clock = fakeClock()
  const emulator = await startEmulator({ now: () => clock.now() })
  // In memory where the system has such a folder: thousands of commits are waited for, and no power fails here.
  const dataFolder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sallyport-'))
  const sallyport = await startSallyport({}, dataFolder, clock)
  return {
    ...{ sallyport, emulator, clock },
    async close() {
      await sallyport.close()
      await emulator.close()
    },
  }
}

/** Where a journey ended before its time, and why. */
export interface Failure {
  readonly journey: Journey
  readonly stage: Stage
  readonly message: string
}

/** How many went through each stage, and those that did not. */
export interface Outcome {
  readonly counts: Partial<Record<Stage, number>>
  readonly failures: readonly Failure[]
}

/** Takes journeys through all stages that their definitions do not leave out, one stage after the other. */
export async function throughStages(
  world: World,
  journeys: readonly Journey[],
  told: (progress: string) => void = () => undefined,
): Promise<Outcome> {
  const counts: Partial<Record<Stage, number>> = {}
  const failures: Failure[] = []
  for (const stage of stages) {
    // All accounts live by one clock, so that all of them wait for it together.
    world.clock.advance((secondsBefore[stage] ?? 1) * 1000)
    const started = performance.now()
    const failed = new Set(failures.map(({ journey }) => journey))
    const left = journeys.filter((journey) => !failed.has(journey))
    // One iterator for all who work on it: each takes the next that waits.
    const waiting = left.values()
    await Promise.all(
      Array.from({ length: atOnce }, () => throughStage(world, stage, waiting, { counts, failures })),
    )
    told(`${stage}: ${counts[stage] ?? 0} entries, ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }
  return { counts, failures }
}

/** So many entries at a time: enough to keep a processor busy while others wait. */
const atOnce = 16

async function throughStage(
  world: World,
  stage: Stage,
  waiting: Iterable<Journey>,
  { counts, failures }: { readonly counts: Partial<Record<Stage, number>>; readonly failures: Failure[] },
): Promise<void> {
  for (const journey of waiting) {
    const run = runOf(stage, journey)
    try {
      await run?.(world, journey)
      if (run) counts[stage] = (counts[stage] ?? 0) + 1
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      failures.push({ journey, stage, message: [what, ...lastRefusals(journey)].join(' | ') })
    }
  }
}
