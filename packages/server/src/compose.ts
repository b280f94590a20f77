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
import type { Role } from './workers/messages.ts'
import { shareOf } from './workers/share.ts'

/** A Sallyport put together, not yet listening. */
export interface Sallyport {
  readonly app: FastifyInstance
  readonly broker: Broker
  readonly practiceOrigin: string | undefined
  /** Lets what is under way end, then closes everything. */
  close(): Promise<void>
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
  const practice = config.practice && !place ? await practiceProvider(config, log) : undefined
  const practiceOrigin = place ? place.practiceOrigin : practice?.origin
  const broker = await createBroker({
    store: database.store,
    // A folder is kept to one node.
    isAlone: !config.postgres && (!place || place.isAlone),
    isBackground: !place || place.isBackground,
    ...(place && { tell: place.tell, limiter: place.limiter }),
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
    ...steps,
  })
  const app = createApp({
    broker,
    publicUrl: config.publicUrl,
    practiceOrigin,
    settled: place?.settled,
    trustedProxies: config.trustedProxies,
    limits: config.limits,
    callLimits: place ? shareOf(config) : config.callLimits,
    log,
  })
  const rest = everySecond(() => {
    void broker.flush()
    void broker.runDue().catch((error) => log.error({ cause: traceOf(error) }, 'due work could not be done'))
  })
  return {
    app,
    broker,
    practiceOrigin,
    async close() {
      rest()
      await broker.rest()
      await app.close()
      await broker.close()
      await practice?.close()
      held.release()
      await database.close()
    },
  }
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
