import { randomBytes } from 'node:crypto'
import { type Broker, type BrokerOptions, createBroker, traceOf } from '@sallyport/core'
import { startPractice } from '@sallyport/emulator'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { instanceFile } from './instance-file.ts'
import { type HeldJournal, holdJournal } from './journal-folder.ts'
import { type Unlocked, withDatabase } from './opened-database.ts'

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
}

const wallClock: Clock = { now: () => Date.now() }

/**
 * Opens the database with its key, and puts the parts together.
 *
 * @throws StartRefused before anything is written
 */
export function compose(config: Config, log: Logger, outside: Outside = {}): Promise<Sallyport> {
  const { clock = wallClock, everySecond = bySystem, ...steps } = outside
  return withDatabase({ config, clock }, async (unlocked) => {
    const held = holdJournal(config.dataFolder)
    try {
      return await assembled(config, log, { ...unlocked, clock, everySecond, held, steps })
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
  readonly steps: Pick<Outside, 'timers' | 'reached'>
}

async function assembled(
  config: Config,
  log: Logger,
  { database, keyRing, clock, everySecond, held, steps }: Parts,
): Promise<Sallyport> {
  const practice = config.practice ? await practiceProvider(config, log) : undefined
  const broker = await createBroker({
    store: database.store,
    // A folder is kept to one process.
    isAlone: !config.postgres,
    journal: held.journal,
    memory: instanceFile(config.dataFolder),
    keyRing,
    clock,
    random: { bytes: randomBytes },
    log,
    publicUrl: config.publicUrl,
    egress: egressOf(config, practice),
    forbiddenGrants: config.forbiddenGrants,
    adminKey: config.adminKey,
    ...steps,
  })
  const app = createApp({
    broker,
    publicUrl: config.publicUrl,
    practiceOrigin: practice?.origin,
    trustedProxies: config.trustedProxies,
    log,
  })
  const rest = everySecond(() => {
    void broker.flush()
    void broker.runDue().catch((error) => log.error({ cause: traceOf(error) }, 'due work could not be done'))
  })
  return {
    app,
    broker,
    practiceOrigin: practice?.origin,
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

/** Which addresses may be reached: the practice provider's besides, while it is on. */
function egressOf({ allowedPrivate }: Config, practice: { readonly origin: string } | undefined) {
  return { allowedPrivate, exemptOrigins: new Set(practice ? [practice.origin] : []) }
}

function bySystem(work: () => void): () => void {
  const timer = setInterval(work, 1000)
  return () => clearInterval(timer)
}

/** Ten thousand beside our own, where there is room. */
export function practicePort({ port }: Pick<Config, 'port'>): number {
  if (port === 0) return 0
  return port + (port <= 55_535 ? 10_000 : -10_000)
}

/** Beside our own port, so that definitions made with it work after a restart. */
async function practiceProvider(config: Config, log: Logger) {
  const port = practicePort(config)
  try {
    return await startPractice({ host: '127.0.0.1', port })
  } catch (error) {
    log.warn(
      { port, cause: error instanceof Error ? error.name : undefined },
      'no practice provider: its port is taken',
    )
    return undefined
  }
}
