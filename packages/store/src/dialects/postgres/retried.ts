import { setTimeout as wait } from 'node:timers/promises'
import { StatementFailed } from './errors.ts'

const mostAttempts = 8

/**
 * Losers of a race that was undone as a whole. The first two are PostgreSQL's own verdict: serialization failure and
 * deadlock. The others come where two have looked at once, and one wrote first: at the second look it is there, and
 * the condition that was written for it holds or does not.
 */
const lost: ReadonlySet<string> = new Set(['40001', '40P01', '23503', '23505'])

/** Runs it again while it loses against others. Whatever it did is undone each time, or it is one statement. */
export async function retried<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      const again = error instanceof StatementFailed && lost.has(error.code) && attempt < mostAttempts
      if (!again) throw error
    }
    // Not in step with those that it lost against.
    await wait(Math.random() * 2 ** attempt)
  }
}
