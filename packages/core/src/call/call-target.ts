import type { Target } from '../credentials/target.ts'
import { type PoolKey, poolKey } from '../egress/pools.ts'
import { type Traffic, trafficOf } from './limits/traffic.ts'
import { type Prepared, prepare } from './prepare.ts'

/** A target with what its calls have in common. */
export interface CallTarget extends Target {
  readonly prepared: Prepared
  /** Undefined where the definition says nothing of limits, signals, timeouts and retries. */
  readonly traffic: Traffic | undefined
  /** Whose connections its calls to an origin use (C12). */
  poolOf(origin: string): PoolKey
}

/** An account whose calls go to more origins than this makes their keys anew. */
const mostPools = 8

/** Rendered once for an account's generation, and only when it is called. */
export function withPrepared(target: Target): CallTarget {
  let prepared: Prepared | undefined
  const traffic = trafficOf(target)
  const pools = new Map<string, PoolKey>()
  return {
    ...target,
    traffic,
    poolOf(origin) {
      const known = pools.get(origin)
      if (known) return known
      const { organizationId: organization, id: account } = target.account
      const { tls } = this.prepared
      const pool = poolKey({ organization, account, origin, tls, connectTimeout: traffic?.timeouts?.connect })
      if (pools.size < mostPools) pools.set(origin, pool)
      return pool
    },
    get prepared() {
      prepared ??= prepare(target)
      return prepared
    },
  }
}
