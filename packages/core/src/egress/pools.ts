import { type buildConnector, type Dispatcher, Pool } from 'undici'
import type { ClientTls } from '../client-tls.ts'
import { KeepAlive } from './keep-alive.ts'

/** Connections are shared by the calls of one account to one origin with one TLS identity, and by nothing else. */
export interface PoolKey {
  /** What else is here, in one text. */
  readonly id: string
  readonly organization: string
  readonly account: string
  readonly origin: string
  readonly tls?: ClientTls | undefined
  /** Milliseconds until a connection stands, where it is not the usual. */
  readonly connectTimeout?: number | undefined
}

/** A key of these parts. */
export function poolKey(parts: Omit<PoolKey, 'id'>): PoolKey {
  const { organization, account, origin, tls, connectTimeout } = parts
  return { ...parts, id: [organization, account, origin, tls?.digest ?? '', connectTimeout ?? ''].join(' ') }
}

export interface PoolLimits {
  /** Makes what opens the connections of pools with this identity. */
  readonly connect: (tls: ClientTls | undefined, timeout?: number) => buildConnector.connector
  /** Beyond it, the pool used longest ago is closed once its requests have ended. */
  readonly maximumPools?: number
  readonly idleMilliseconds?: number
  /** Milliseconds that pass. */
  readonly now?: () => number
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
  readonly origin: string
  usedAt: number
}

/** Pools are made on demand; `maximumPools` and `idleMilliseconds` bound what idle ones cost. */
export function createPools(limits: PoolLimits): Pools {
  const { connect, maximumPools = 20_000, idleMilliseconds = 60_000, now = elapsed } = limits
  const entries = new Map<string, Entry>()
  const closing = new Set<Promise<void>>()
  const keepAlive = new KeepAlive()
  const plain = connect(undefined)

  const retire = (id: string, { pool }: Entry) => {
    entries.delete(id)
    const closed = pool.close().finally(() => closing.delete(closed))
    closing.add(closed)
  }
  /** Some at once, so that who comes next need not look for another. */
  const makeRoom = () => {
    const byUse = [...entries].sort(([, one], [, other]) => one.usedAt - other.usedAt)
    for (const [id, entry] of byUse.slice(0, Math.ceil(maximumPools / 20))) retire(id, entry)
  }
  const add = ({ id, origin, tls, connectTimeout }: PoolKey): Entry => {
    if (entries.size >= maximumPools) makeRoom()
    const connector = tls || connectTimeout !== undefined ? connect(tls, connectTimeout) : plain
    const entry = { pool: newPool(origin, connector, limits, keepAlive.of(origin)), origin, usedAt: 0 }
    entries.set(id, entry)
    entry.pool.on('disconnect', (_origin, _targets, error) => {
      const idle = now() - entry.usedAt
      // One that closes at once has another reason.
      if (!closedByServer(error) || idle < 1000 || !keepAlive.closed(origin, idle)) return
      // Those that wait as long as that one did would be closed in the same way.
      for (const [each, other] of entries) if (other.origin === origin) retire(each, other)
    })
    return entry
  }
  const sweep = setInterval(() => {
    const idleSince = now() - idleMilliseconds
    for (const [id, entry] of entries) {
      if (entry.usedAt <= idleSince && entry.pool.stats.size === 0) retire(id, entry)
    }
  }, idleMilliseconds / 4)
  sweep.unref()

  return {
    dispatch(key, options, handler) {
      const entry = entries.get(key.id) ?? add(key)
      entry.usedAt = now()
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

const elapsed = () => performance.now()

function closedByServer(error: Error): boolean {
  return 'code' in error && error.code === 'UND_ERR_SOCKET'
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
  keepAliveTimeout: number,
): Pool {
  // No limit on connections: a request that waits in undici's queue could neither time out nor be aborted.
  return new Pool(origin, {
    connect,
    pipelining: 1,
    keepAliveTimeout,
    allowH2: false,
    connections: null,
    maxHeaderSize: headBytes,
    headersTimeout: headMilliseconds,
    // How long a body may be silent is for its reader to say, whose own connection is silent as long: streams of
    // events may be so for longer than others, and which one it is stands in the reply.
    bodyTimeout: 0,
  })
}
