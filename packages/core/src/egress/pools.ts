import { type buildConnector, type Dispatcher, Pool } from 'undici'
import type { ClientTls } from '../client-tls.ts'

/** Connections are shared by the calls of one account to one origin with one TLS identity, and by nothing else. */
export interface PoolKey {
  readonly organization: string
  readonly account: string
  readonly origin: string
  readonly tls?: ClientTls | undefined
}

export interface PoolLimits {
  /** Makes what opens the connections of pools with this identity. */
  readonly connect: (tls: ClientTls | undefined) => buildConnector.connector
  /** Beyond it, the pool used longest ago is closed once its requests have ended. */
  readonly maximumPools?: number
  readonly idleMilliseconds?: number
}

/** Pools, their connections, and requests that are under way on them or wait for one. */
export interface PoolStats {
  readonly pools: number
  readonly connections: number
  readonly running: number
  readonly waiting: number
}

/** Connection pools for API calls. */
export interface Pools {
  /** As undici's: false when the pool would rather be asked later. */
  dispatch(key: PoolKey, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean
  /** How many pools there are. */
  size(): number
  /** The same, and what is in them. */
  stats(): PoolStats
  /** Waits for requests under way. */
  close(): Promise<void>
}

interface Entry {
  readonly pool: Pool
  usedAt: number
}

/** Pools are made on demand; `maximumPools` and `idleMilliseconds` bound what idle ones cost. */
export function createPools({ connect, maximumPools = 1024, idleMilliseconds = 60_000 }: PoolLimits): Pools {
  // In order of last use, oldest first.
  const entries = new Map<string, Entry>()
  const closing = new Set<Promise<void>>()

  const retire = (id: string, { pool }: Entry) => {
    entries.delete(id)
    const closed = pool.close().finally(() => closing.delete(closed))
    closing.add(closed)
  }
  const plain = connect(undefined)
  const sweep = setInterval(() => {
    const idleSince = performance.now() - idleMilliseconds
    for (const [id, entry] of entries) {
      if (entry.usedAt > idleSince) break
      if (entry.pool.stats.size === 0) retire(id, entry)
    }
  }, idleMilliseconds / 4)
  sweep.unref()

  return {
    dispatch(key, options, handler) {
      const own = `${key.organization} ${key.account} ${key.origin}`
      const id = key.tls ? `${own} ${key.tls.digest}` : own
      const entry = entries.get(id) ?? {
        pool: newPool(key.origin, key.tls ? connect(key.tls) : plain),
        usedAt: 0,
      }
      entry.usedAt = performance.now()
      entries.delete(id)
      entries.set(id, entry)
      const [oldest] = entries
      if (entries.size > maximumPools && oldest) retire(...oldest)
      return entry.pool.dispatch(options, handler)
    },
    size: () => entries.size,
    stats: () => statsOf(entries.values()),
    async close() {
      clearInterval(sweep)
      for (const [id, entry] of [...entries]) retire(id, entry)
      await Promise.all(closing)
    },
  }
}

function statsOf(entries: Iterable<Entry>): PoolStats {
  const stats = { pools: 0, connections: 0, running: 0, waiting: 0 }
  for (const { pool } of entries) {
    const { connected, running, pending } = pool.stats
    stats.pools += 1
    stats.connections += connected
    stats.running += running
    stats.waiting += pending
  }
  return stats
}

function newPool(origin: string, connect: buildConnector.connector): Pool {
  // No limit on connections: a request that waits in undici's queue could neither time out nor be aborted.
  return new Pool(origin, {
    connect,
    pipelining: 1,
    allowH2: false,
    connections: null,
    maxHeaderSize: 32 * 1024,
    // A stream of events may be silent for long.
    bodyTimeout: 600_000,
  })
}
