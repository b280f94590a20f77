import { randomInt } from 'node:crypto'
import process from 'node:process'

/** What a fuzzer is run with: fast-check takes it as it is, and prints the seed with what it found. */
export interface FuzzBudget {
  readonly seed: number
  readonly numRuns: number
}

/**
 * A fixed number of runs, so that CI takes the same time each day, and a new seed each time. `FUZZ_SEED` repeats a
 * run that failed; `FUZZ_TIMES` multiplies the budget for a deeper one.
 */
export function fuzzBudget(runs: number): FuzzBudget {
  const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31))
  return { seed, numRuns: Math.ceil(runs * Number(process.env.FUZZ_TIMES ?? 1)) }
}
