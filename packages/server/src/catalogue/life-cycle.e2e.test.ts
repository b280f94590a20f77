import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProviderEntry } from '@sallyport/contract'
import { startEmulator } from '@sallyport/emulator'
import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { startSallyport } from '../sallyport.suite.ts'
import {
  type Journey,
  journeyOf,
  runOf,
  type Stage,
  secondsBefore,
  stages,
  type World,
} from './life-cycle.suite.ts'

const folder = new URL('../../../catalog/providers/', import.meta.url)
const only = process.env.SALLYPORT_ENTRIES?.split(',')
const entries = readdirSync(folder)
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as ProviderEntry)
  .filter(({ id, definition }) => definition.auth.type !== 'sftp' && (!only || only.includes(id)))

/** In memory where the system has such a folder: thousands of commits are waited for, and no power fails here. */
const dataFolder = () => mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sallyport-'))

/** So many entries at a time: enough to keep a core busy while others wait. */
const atOnce = 16

test('every usable entry: defined, connected, called, expired, renewed, refused, called again, disconnected', async () => {
  const clock = fakeClock()
  const emulator = await startEmulator({ now: () => clock.now() })
  const sallyport = await startSallyport({}, dataFolder(), clock)
  const world: World = { sallyport, emulator, clock }
  const failed: string[] = []
  let left: readonly Journey[] = entries.map((entry) => journeyOf(world, entry))
  const counts: Partial<Record<Stage, number>> = {}
  for (const stage of stages) {
    clock.advance((secondsBefore[stage] ?? 1) * 1000)
    const started = performance.now()
    left = await throughStage(world, stage, left, { failed, counts })
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    process.stdout.write(`${stage}: ${counts[stage] ?? 0} entries (${seconds} s)\n`)
  }
  await sallyport.close()
  await emulator.close()
  expect(failed).toEqual([])
  if (!only) expect(left.length).toBeGreaterThanOrEqual(440)
}, 300_000)

async function throughStage(
  world: World,
  stage: Stage,
  journeys: readonly Journey[],
  { failed, counts }: { readonly failed: string[]; readonly counts: Partial<Record<Stage, number>> },
): Promise<readonly Journey[]> {
  const waiting = [...journeys]
  const through: Journey[] = []
  const work = async () => {
    for (let journey = waiting.shift(); journey; journey = waiting.shift()) {
      const run = runOf(stage, journey)
      try {
        await run?.(world, journey)
        if (run) counts[stage] = (counts[stage] ?? 0) + 1
        through.push(journey)
      } catch (error) {
        failed.push(
          `${journey.entry.id} at ${stage}: ${error instanceof Error ? error.message : String(error)}`,
        )
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return through
}
