import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { Catalogue } from '@sallyport/catalog'
import { type Broker, type BrokerOptions, createBroker, type Limiter, type News } from '@sallyport/core'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import { auditFile } from './audit-file.ts'
import type { Config } from './config.ts'
import { DueWork } from './due-work.ts'
import type { Health, RealmHealth } from './endpoints/public.ts'
import type { Listeners } from './http/listener.ts'
import { instanceFile } from './instance-file.ts'
import { gatherJournals, type HeldJournal, holdJournal } from './journal-folder.ts'
import { type Unlocked, withDatabase } from './opened-database.ts'
import { practiceProvider } from './practice.ts'
import type { RealmSettings } from './realm-settings.ts'
import { type MetricsPart, type MetricsSnapshot, renderMetrics } from './telemetry/metrics.ts'
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
  /** The same of all processes of this node. */
  nodeMetrics(): Promise<readonly MetricsSnapshot[]>
  health(): RealmHealth
  /** Lets what is under way end, for so long at most; the first half of `close`. */
  drain(milliseconds: number): Promise<void>
  /** Writes down what is left and closes everything; the second half. */
  release(): Promise<void>
  /** Lets what is under way end, for so long at most, then closes everything. */
  close(drain?: number): Promise<void>
}

interface Clock {
  now(): number
}

/** What tests put in place of the machine's own clock, and who is told of the steps of renewals. */
export interface Outside extends Pick<BrokerOptions, 'timers' | 'reached' | 'settleMilliseconds'> {
  readonly clock?: Clock | undefined
  /** Has work done once a second, until what it returns is called. */
  readonly everySecond?: ((work: () => void) => () => void) | undefined
  /** Undefined where it is the only process of its node. */
  readonly place?: Place | undefined
  /** Undefined where there is only one realm. */
  readonly among?: AmongRealms | undefined
}

/** Among the realms of a deployment, which share a process and its port. */
export interface AmongRealms {
  readonly isFirst: boolean
  readonly practiceOrigin: string | undefined
  readonly serve: (listeners: Listeners) => Server
  readonly health: () => Health
  /** Of all of them. */
  readonly nodeMetrics: () => Promise<readonly MetricsSnapshot[]>
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
  const { clock = wallClock, everySecond = bySystem, place, among, ...steps } = outside
  const wanted = { config, clock, log: place ? undefined : log, isHeld: place !== undefined }
  return withDatabase(wanted, async (unlocked) => {
    const held = holdJournal(config.dataFolder)
    try {
      if (place?.isAlone !== false) await gatherJournals(config.dataFolder, held)
      const auditSink = config.auditFile && auditFile(config.auditFile.replace('{realm}', config.realm))
      const own = { clock, everySecond, held, place, among, steps, auditSink: auditSink || undefined }
      return await assembled(config, log, { ...unlocked, ...own })
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
  readonly among: AmongRealms | undefined
  readonly steps: Pick<Outside, 'timers' | 'reached' | 'settleMilliseconds'>
  readonly auditSink: ReturnType<typeof auditFile> | undefined
}

async function assembled(config: Config, log: Logger, parts: Parts): Promise<Sallyport> {
  const { place, among } = parts
  const telemetry = await startTelemetry(config.telemetry, partOf(config, among), log)
  const practice = config.practice && !place && !among ? await practiceProvider(config, log) : undefined
  const practiceOrigin = (among ?? place)?.practiceOrigin ?? practice?.origin
  const { observers } = telemetry
  const broker = await createBroker({ ...brokerOptions(config, parts, practiceOrigin), observers, log })
  const metrics = telemetry.metrics(broker.gauges)
  const metricsSnapshot = () => metrics.snapshot()
  const nodeMetrics = () => ofAllWorkers(metricsSnapshot, place)
  const dueWork = new DueWork(broker, log)
  const { outerKeys } = parts
  const health = (): RealmHealth => ({
    ...dueWork.health(),
    ...(outerKeys.isOutOfReach() && { keyService: 'unreachable' }),
  })
  const app = createApp({
    broker,
    publicUrl: config.publicUrl,
    realm: config.realm,
    practiceOrigin,
    settled: place?.settled,
    trustedProxies: config.trustedProxies,
    limits: config.limits,
    callLimits: place ? shareOf(config) : config.callLimits,
    log,
    metrics: {
      ...metricsAccess(config),
      render: async () => renderMetrics(await (among?.nodeMetrics ?? nodeMetrics)()),
    },
    health: among?.health ?? health,
    serve: among?.serve,
  })
  const rest = parts.everySecond(() => {
    dueWork.run()
    outerKeys.probe()
  })
  const drain = async (milliseconds: number) => {
    rest()
    await broker.rest()
    await drained(app, milliseconds)
  }
  const release = async () => {
    await broker.close()
    await parts.auditSink?.close()
    await telemetry.close()
    await practice?.close()
    parts.held.release()
    await parts.database.close()
  }
  const close = async (milliseconds = drainMilliseconds) => {
    await drain(milliseconds)
    await release()
  }
  return { app, broker, practiceOrigin, metricsSnapshot, nodeMetrics, health, drain, release, close }
}

function brokerOptions(config: Config, parts: Parts, practiceOrigin: string | undefined) {
  const { auditSink, database, outerKeys, clock, held, place, steps } = parts
  return {
    store: database.store,
    // A folder is kept to one node.
    isAlone: !config.postgres && (!place || place.isAlone),
    isBackground: !place || place.isBackground,
    ...(place && { tell: place.tell, limiter: place.limiter, flushOthers: () => place.others.flush() }),
    journal: held.journal,
    memory: instanceFile(config.dataFolder),
    outerKeys,
    clock,
    random: { bytes: randomBytes },
    publicUrl: config.publicUrl,
    egress: egressOf(config, practiceOrigin),
    forbiddenGrants: config.forbiddenGrants,
    operationReplyBytes: config.limits.operationReplyBytes,
    adminKey: config.adminKey,
    retention: config.telemetry.retention,
    catalogue: new Catalogue(),
    ...(auditSink && { auditSink }),
    ...steps,
  }
}

/** Cuts off what has not ended in time: what was noted of it until then is still written down. */
async function drained(app: FastifyInstance, milliseconds: number): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), milliseconds)
  await app.close()
  clearTimeout(cutOff)
}

/** Whichever is asked. */
async function ofAllWorkers(
  own: () => Promise<MetricsSnapshot>,
  place: Place | undefined,
): Promise<readonly MetricsSnapshot[]> {
  const [mine, others] = await Promise.all([own(), place?.others.metrics() ?? []])
  return [mine, ...others]
}

/** Nobody but this machine gets here, also not through a proxy, where the public addresses are the machine's too. */
function metricsAccess({ isLoopback, realms, telemetry }: Config) {
  const isLocal = ({ publicUrl }: RealmSettings) =>
    /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(publicUrl).hostname)
  return { token: telemetry.metricsToken, isLocal: isLoopback && realms.every(isLocal) }
}

function partOf({ realm }: Config, among: AmongRealms | undefined): MetricsPart {
  return { realm: among && realm, ofProcess: among?.isFirst ?? true }
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
