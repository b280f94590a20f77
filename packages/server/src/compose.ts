import { randomBytes } from 'node:crypto'
import {
  type Broker,
  type BrokerOptions,
  createBroker,
  type Limiter,
  type News,
  traceOf,
} from '@sallyport/core'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { instanceFile } from './instance-file.ts'
import { gatherJournals, type HeldJournal, holdJournal } from './journal-folder.ts'
import { type Unlocked, withDatabase } from './opened-database.ts'
import { practiceProvider } from './practice.ts'
import { type MetricsSnapshot, renderMetrics } from './telemetry/metrics.ts'
import { startTelemetry } from './telemetry/telemetry.ts'
import type { Role } from './workers/messages.ts'
import type { Others } from './workers/others.ts'
import { shareOf } from './workers/share.ts'

/** How long calls under way may take to end once it stops. */
export const drainMilliseconds = 30_000

/** A Sallyport put together, not yet listening. */
export interface Sallyport {
  readonly app: FastifyInstance
  readonly broker: Broker
  readonly practiceOrigin: string | undefined
  /** The metrics of this process; `renderMetrics` makes one text of those of many. */
  metricsSnapshot(): Promise<MetricsSnapshot>
  /** Lets what is under way end, for so long at most, then closes everything. */
  close(drain?: number): Promise<void>
}

interface Clock {
  now(): number
}

/** What tests put in place of the machine's own clock, and who is told of the steps of renewals. */
export interface Outside extends Pick<BrokerOptions, 'timers' | 'reached'> {
  readonly clock?: Clock | undefined
  /** Has work done once a second, until what it returns is called. */
  readonly everySecond?: ((work: () => void) => () => void) | undefined
  /** Undefined where it is the only process of its node. */
  readonly place?: Place | undefined
}

/** Among the workers of a node. */
export interface Place extends Role {
  /** Tells the other workers. */
  readonly tell: (news: News) => void
  /** The queues of calls, which they share. */
  readonly limiter: Limiter
  /** Comes back when they have heard it. */
  readonly settled: () => Promise<void>
  /** What the other workers have counted, and that they write down what they keep for a moment. */
  readonly others: Pick<Others, 'metrics' | 'flush'>
}

export const wallClock: Clock = { now: () => Date.now() }

/**
 * Opens the database with its key, and puts the parts together.
 *
 * @throws StartRefused before anything is written
 */
export function compose(config: Config, log: Logger, outside: Outside = {}): Promise<Sallyport> {
  const { clock = wallClock, everySecond = bySystem, place, ...steps } = outside
  return withDatabase({ config, clock, isHeld: place !== undefined }, async (unlocked) => {
    const held = holdJournal(config.dataFolder)
    try {
      if (place?.isAlone !== false) await gatherJournals(config.dataFolder, held)
      return await assembled(config, log, { ...unlocked, clock, everySecond, held, place, steps })
    } catch (error) {
      held.release()
      throw error
    }
  })
}

interface Parts extends Unlocked {
  readonly clock: Clock
  readonly everySecond: (work: () => void) => () => void
  readonly held: HeldJournal
  readonly place: Place | undefined
  readonly steps: Pick<Outside, 'timers' | 'reached'>
}

async function assembled(
  config: Config,
  log: Logger,
  { database, keyRing, clock, everySecond, held, place, steps }: Parts,
): Promise<Sallyport> {
  const telemetry = await startTelemetry(config.telemetry, log)
  const practice = config.practice && !place ? await practiceProvider(config, log) : undefined
  const practiceOrigin = place ? place.practiceOrigin : practice?.origin
  const broker = await createBroker({
    store: database.store,
    // A folder is kept to one node.
    isAlone: !config.postgres && (!place || place.isAlone),
    isBackground: !place || place.isBackground,
    ...(place && { tell: place.tell, limiter: place.limiter, flushOthers: () => place.others.flush() }),
    journal: held.journal,
    memory: instanceFile(config.dataFolder),
    keyRing,
    clock,
    random: { bytes: randomBytes },
    log,
    publicUrl: config.publicUrl,
    egress: egressOf(config, practiceOrigin),
    forbiddenGrants: config.forbiddenGrants,
    adminKey: config.adminKey,
    retention: config.telemetry.retention,
    observers: telemetry.observers,
    ...steps,
  })
  const metrics = telemetry.metrics(broker.gauges)
  const metricsSnapshot = () => metrics.snapshot()
  const app = createApp({
    broker,
    publicUrl: config.publicUrl,
    practiceOrigin,
    settled: place?.settled,
    trustedProxies: config.trustedProxies,
    limits: config.limits,
    callLimits: place ? shareOf(config) : config.callLimits,
    log,
    metrics: { ...metricsAccess(config), render: () => renderedMetrics(metricsSnapshot, place) },
  })
  const rest = everySecond(() => {
    void broker.flush()
    void broker.runDue().catch((error) => log.error({ cause: traceOf(error) }, 'due work could not be done'))
  })
  return {
    app,
    broker,
    practiceOrigin,
    metricsSnapshot,
    async close(drain = drainMilliseconds) {
      rest()
      await broker.rest()
      await drained(app, drain)
      await broker.close()
      await telemetry.close()
      await practice?.close()
      held.release()
      await database.close()
    },
  }
}

/** Cuts off what has not ended in time: what was noted of it until then is still written down. */
async function drained(app: FastifyInstance, milliseconds: number): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), milliseconds)
  await app.close()
  clearTimeout(cutOff)
}

/** Of all workers of this node, whichever is asked. */
async function renderedMetrics(
  own: () => Promise<MetricsSnapshot>,
  place: Place | undefined,
): Promise<string> {
  const [mine, others] = await Promise.all([own(), place?.others.metrics() ?? []])
  return renderMetrics([mine, ...others])
}

/** Nobody but this machine gets here, also not through a proxy, where the public address is the machine's too. */
function metricsAccess({ isLoopback, publicUrl, telemetry }: Config) {
  const isLocal = isLoopback && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(publicUrl).hostname)
  return { token: telemetry.metricsToken, isLocal }
}

/** Which addresses may be reached, the practice provider's besides while it is on, and what their replies may be. */
function egressOf({ allowedPrivate, limits }: Config, practiceOrigin: string | undefined) {
  return {
    allowedPrivate,
    exemptOrigins: new Set(practiceOrigin ? [practiceOrigin] : []),
    headMilliseconds: limits.idleMilliseconds,
    headBytes: limits.headerBytes,
  }
}

function bySystem(work: () => void): () => void {
  const timer = setInterval(work, 1000)
  return () => clearInterval(timer)
}
