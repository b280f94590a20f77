import { setTimeout as delay } from 'node:timers/promises'
import type { Timers } from './ports.ts'

/** The machine's own. */
export const systemTimers: Timers = {
  monotonic: () => performance.now(),
  wait: (milliseconds, signal) =>
    delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined),
}
