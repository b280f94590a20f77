import type { Target } from '../credentials/target.ts'
import { type Traffic, trafficOf } from './limits/traffic.ts'
import { type Prepared, prepare } from './prepare.ts'

/** A target with what its calls have in common. */
export interface CallTarget extends Target {
  readonly prepared: Prepared
  /** Undefined where the definition says nothing of limits, signals, timeouts and retries. */
  readonly traffic: Traffic | undefined
}

/** Rendered once for an account's generation, and only when it is called. */
export function withPrepared(target: Target): CallTarget {
  let prepared: Prepared | undefined
  return {
    ...target,
    traffic: trafficOf(target),
    get prepared() {
      prepared ??= prepare(target)
      return prepared
    },
  }
}
