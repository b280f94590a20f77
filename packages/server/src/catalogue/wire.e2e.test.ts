import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ProviderEntry } from '@sallyport/contract'
import { expect, test } from 'vitest'
import {
  callApi,
  expectationsOf,
  type Journey,
  journeyOf,
  runOf,
  type Stage,
  type World,
} from './life-cycle.suite.ts'
import { notPreviewed } from './preview.suite.ts'
import { entriesOfCatalogue, startWorld } from './stages.suite.ts'
import { asWritten, writtenRequests } from './wire-file.suite.ts'

const written = writtenRequests(readFileSync(new URL('wire.txt', import.meta.url), 'utf8'))

/** So many, picked by nobody: a new entry changes at most itself. */
function picked(entries: readonly ProviderEntry[], seed: string, count: number): readonly ProviderEntry[] {
  const place = ({ id }: ProviderEntry) => createHash('sha256').update(`${seed}:${id}`).digest('hex')
  const inOrder = [...entries].sort((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, count)
  return inOrder.sort((a, b) => (a.id < b.id ? -1 : 1))
}

test('thirty entries, picked by a seed, send what was written down by hand, request for request', async () => {
  const entries = picked(entriesOfCatalogue(), '8', 30)
  expect([...written.keys()]).toEqual(entries.map(({ id }) => id))
  const world = await startWorld()
  const journeys = entries.map((entry) => journeyOf(world, entry))
  for (const journey of journeys) await go(world, journey, 'define', 'connect', 'call')
  world.clock.advance(3_601_000)
  for (const journey of journeys) {
    if (expectationsOf(journey.entry).renews === 'ended') await callApi(world, journey)
    await go(world, journey, 'disconnect')
  }
  const surprises = await Promise.all(journeys.map((journey) => notPreviewed(world, journey)))
  await world.close()
  expect(surprises.flat().join('\n')).toBe('')
  const found = journeys.map(({ entry: { id }, emulated: { provider } }) => {
    const met = new Map([['secret', 'sample/s+cret=%&é']])
    return [
      id,
      provider.exchanges().map((each, index) => asWritten(each, written.get(id)?.[index], met)),
    ] as const
  })
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(written))
})

async function go(world: World, journey: Journey, ...stages: readonly Stage[]): Promise<void> {
  for (const stage of stages) await runOf(stage, journey)?.(world, journey)
}
