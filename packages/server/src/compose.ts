import { randomBytes } from 'node:crypto'
import {
  type Broker,
  type BrokerOptions,
  createBroker,
  type KeyRing,
  makeKeyCheck,
  traceOf,
  VaultError,
  verifyKeyCheck,
} from '@sallyport/core'
import { startPractice } from '@sallyport/emulator'
import { DatabaseRefused, FolderInUse, type OpenedDatabase, openPostgres, openSqlite } from '@sallyport/store'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { holdJournal } from './journal-folder.ts'
import { keyRingOfFolder } from './key-file.ts'
import { StartRefused } from './start-refused.ts'

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
const random = { bytes: randomBytes }

/**
 * Opens the database with its key, and puts the parts together.
 *
 * @throws StartRefused before anything is written
 */
export async function compose(config: Config, log: Logger, outside: Outside = {}): Promise<Sallyport> {
  const { clock = wallClock, everySecond = bySystem, ...steps } = outside
  const database = await openDatabase(config, clock)
  let held: ReturnType<typeof holdJournal> | undefined
  try {
    const keyRing = config.keyRing ?? keyRingOfFolder(config.dataFolder, database.exists)
    await unlock(database, keyRing)
    held = holdJournal(config.dataFolder)
    const practice = config.practice ? await practiceProvider(config, log) : undefined
    const broker = await createBroker({
      store: database.store,
      // A folder is kept to one process.
      isAlone: !config.postgres,
      journal: held.journal,
      keyRing,
      clock,
      random,
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
      void broker
        .runDue()
        .catch((error) => log.error({ cause: traceOf(error) }, 'due work could not be done'))
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
        held?.release()
        await database.close()
      },
    }
  } catch (error) {
    held?.release()
    await database.close()
    throw refusalOf(error, config)
  }
}

/** The one that the configuration names: nothing is written to it yet. */
async function openDatabase(config: Config, clock: Clock): Promise<OpenedDatabase> {
  try {
    return config.postgres ? await openPostgres(config.postgres, clock) : openSqlite(config.dataFolder, clock)
  } catch (error) {
    throw refusalOf(error, config)
  }
}

/** What the operator has to change, where it is that. */
function refusalOf(error: unknown, { dataFolder }: Config): unknown {
  if (error instanceof DatabaseRefused) {
    return new StartRefused([`SALLYPORT_DATABASE_URL cannot be used. ${error.message}`])
  }
  if (error instanceof FolderInUse) {
    return new StartRefused([
      `SALLYPORT_DATA_DIR ${dataFolder} is in use by another Sallyport. Stop that one, or choose another folder.`,
    ])
  }
  if (!(error instanceof VaultError)) return error
  return new StartRefused([
    `${error.message} Give the right one, in SALLYPORT_ENCRYPTION_KEYS or as the key file.`,
  ])
}

/** Which addresses may be reached: the practice provider's besides, while it is on. */
function egressOf({ allowedPrivate }: Config, practice: { readonly origin: string } | undefined) {
  return { allowedPrivate, exemptOrigins: new Set(practice ? [practice.origin] : []) }
}

/** Proves the key before anything is written, then brings the database up to date (E4). */
async function unlock(database: OpenedDatabase, keyRing: KeyRing): Promise<void> {
  const checks = await database.keyChecks.read()
  if (checks) verifyKeyCheck(keyRing, checks)
  await database.migrate()
  if (!checks) {
    await database.keyChecks.writeFirst(makeKeyCheck(keyRing, random))
    // Another node may have begun at the same moment, with another key.
    verifyKeyCheck(keyRing, (await database.keyChecks.read()) ?? [])
    return
  }
  const known = new Set(checks.map(({ keyId }) => keyId))
  for (const check of makeKeyCheck(keyRing, random)) {
    if (!known.has(check.keyId)) await database.keyChecks.write(check)
  }
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
