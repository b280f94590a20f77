import type { Timers } from '../../ports.ts'

/** Time that passes only when it is told to, in the order in which it is waited for. */
export interface FakeTimers extends Timers {
  advance(milliseconds: number): Promise<void>
  /** Lets what is ready go on, at this moment. */
  settle(): Promise<void>
  /** How many wait for it. */
  readonly waiting: number
}

export function fakeTimers(): FakeTimers {
  let now = 0
  let waiting: { readonly at: number; readonly wake: () => void }[] = []
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    monotonic: () => now,
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const waiter = { at: now + milliseconds, wake: resolve }
        waiting.push(waiter)
        const leave = () => {
          waiting = waiting.filter((other) => other !== waiter)
          resolve()
        }
        signal?.addEventListener('abort', leave, { once: true })
      }),
    settle,
    get waiting() {
      return waiting.length
    },
    async advance(milliseconds) {
      const end = now + milliseconds
      await settle()
      for (;;) {
        const [next] = waiting.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)
        if (!next) break
        now = Math.max(now, next.at)
        waiting = waiting.filter((waiter) => waiter !== next)
        next.wake()
        await settle()
      }
      now = end
    },
  }
}
