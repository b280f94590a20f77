import { expect, test } from 'vitest'
import { journeyOf } from './life-cycle.suite.ts'
import { entriesOfCatalogue, startWorld, throughStages } from './stages.suite.ts'

/** For whoever works on some entries: their ids, with commas. */
const only = process.env.CATALOGUE_ENTRIES?.split(',')

test('each entry is defined, connected, called, expires, is renewed, refused, called again and disconnected', async () => {
  const world = await startWorld()
  const entries = entriesOfCatalogue().filter(({ id }) => !only || only.includes(id))
  const journeys = entries.map((entry) => journeyOf(world, entry))
  const outcome = await throughStages(world, journeys, (progress) => process.stdout.write(`${progress}\n`))
  await world.close()
  expect(
    outcome.failures.map(({ journey, stage, message }) => `${journey.entry.id} at ${stage}: ${message}`),
  ).toEqual([])
  if (only) return
  const { define, connect, call, expire, renew, reject, retry, disconnect } = outcome.counts
  for (const everybody of [define, connect, call, disconnect]) expect(everybody).toBeGreaterThanOrEqual(440)
  // Each entry has a token that ends, or one that has to be given anew.
  expect((expire ?? 0) + (reject ?? 0)).toBeGreaterThanOrEqual(440)
  expect((renew ?? 0) + (retry ?? 0)).toBeGreaterThanOrEqual(440)
}, 300_000)
