import { type buildConnector, type Dispatcher, Pool } from 'undici'
import type { ClientTls } from '../client-tls.ts'

/** Connections are shared by the calls of one account to one origin with one TLS identity, and by nothing else. */
export interface PoolKey {
  readonly organization: string
  readonly account: string
  readonly origin: string
  readonly tls?: ClientTls | undefined
  /** Milliseconds until a connection stands, where it is not the usual. */
  readonly connectTimeout?: number | undefined
}

export interface PoolLimits {
  /** Makes what opens the connections of pools with this identity. */
  readonly connect: (tls: ClientTls | undefined, timeout?: number) => buildConnector.connector
  /** Beyond it, the pool used longest ago is closed once its requests have ended. */
  readonly maximumPools?: number
  readonly idleMilliseconds?: number
  /** Longest wait for the head of a reply, where a request does not say. */
  readonly headMilliseconds?: number | undefined
  /** Longest head of a reply, in bytes of names and values. */
  readonly headBytes?: number | undefined
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
export function createPools(limits: PoolLimits): Pools {
  const { connect, maximumPools = 1024, idleMilliseconds = 60_000 } = limits
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
      const known = key.tls ? `${own} ${key.tls.digest}` : own
      const { tls, connectTimeout } = key
      const id = connectTimeout === undefined ? known : `${known} ${connectTimeout}`
      const entry = entries.get(id) ?? {
        pool: newPool(
          key.origin,
          tls || connectTimeout !== undefined ? connect(tls, connectTimeout) : plain,
          limits,
        ),
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

function newPool(
  origin: string,
  connect: buildConnector.connector,
  { headMilliseconds = 60_000, headBytes = 32_768 }: PoolLimits,
): Pool {
  // No limit on connections: a request that waits in undici's queue could neither time out nor be aborted.
  return new Pool(origin, {
    connect,
    pipelining: 1,
    allowH2: false,
    connections: null,
    maxHeaderSize: headBytes,
    headersTimeout: headMilliseconds,
    // How long a body may be silent is for its reader to say, whose own connection is silent as long: streams of
    // events may be so for longer than others, and which one it is stands in the reply.
    bodyTimeout: 0,
  })
}
