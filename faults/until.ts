import { setTimeout as pause } from 'node:timers/promises'

const longestMilliseconds = 90_000

/** Asks again and again until there is an answer; fails, with what was waited for, where none comes. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
): Promise<Answer> {
  const end = performance.now() + longestMilliseconds
  for (let wait = 10; ; wait = Math.min(wait * 1.5, 300)) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`)
    await pause(wait)
  }
}
