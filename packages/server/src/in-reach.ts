import { setTimeout as delay } from 'node:timers/promises'
import { isOutOfReach, type KeyServiceFailure } from '@sallyport/core'

const firstPauseMilliseconds = 500
const longestPauseMilliseconds = 30_000

/**
 * Does what needs a key service, again and again while that cannot be reached, after pauses that grow and of which a random
 * part is left out. `told` comes back when the first pause may begin.
 */
export async function whenInReach<Result>(
  work: () => Promise<Result>,
  { told, signal }: { readonly told: (failure: KeyServiceFailure) => unknown; readonly signal?: AbortSignal },
): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isOutOfReach(error)) throw error
      if (attempt === 0) await told(error)
    }
    const pause = Math.min(firstPauseMilliseconds * 2 ** attempt, longestPauseMilliseconds)
    await delay(pause * (0.5 + Math.random() / 2), undefined, { signal })
  }
}
