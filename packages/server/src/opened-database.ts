import {
  KeyServiceFailure,
  makeKeyCheck,
  type OuterKeys,
  SallyportError,
  VaultError,
  verifyKeyCheck,
} from '@sallyport/core'
import {
  DatabaseRefused,
  FolderInUse,
  NewerDatabase,
  type OpenedDatabase,
  openPostgres,
  openSqlite,
} from '@sallyport/store'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { outerKeysOf } from './outer-keys.ts'
import { StartRefused } from './start-refused.ts'

interface Clock {
  now(): number
}

/** A database that its key opens, up to date. */
export interface Unlocked {
  readonly database: OpenedDatabase
  readonly outerKeys: OuterKeys
}

interface Wanted {
  readonly config: Config
  readonly clock: Clock
  /** Where what the operator should know is told; undefined where another process of the node tells it. */
  readonly log?: Logger | undefined
  readonly mustExist?: boolean
  /** The data folder is this node's already. */
  readonly isHeld?: boolean
}

/**
 * Opens the database that the configuration names, with its key, and hands it over; it is closed when that fails. One
 * that is not there yet is made, unless it must exist.
 *
 * @throws StartRefused before anything is written, as is KeyServiceFailure where a key service cannot be reached
 */
export async function withDatabase<Result>(
  { config, clock, log, mustExist = false, isHeld = false }: Wanted,
  use: (unlocked: Unlocked) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(config, clock, isHeld)
  try {
    if (mustExist && !database.exists) throw new StartRefused([nothingThere(config)])
    const outerKeys = outerKeysOf(config, database.exists, clock)
    await unlock(database, outerKeys)
    for (const warning of database.warnings) log?.warn(warning)
    return await use({ database, outerKeys })
  } catch (error) {
    await database.close()
    throw refusalOf(error, config)
  }
}

/**
 * Opens the database that is there for reading alone, beside whoever serves from it.
 *
 * @throws StartRefused
 */
export async function withDatabaseToRead<Result>(
  { config, clock }: Pick<Wanted, 'config' | 'clock'>,
  use: (unlocked: Unlocked) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(config, clock, true)
  try {
    if (!database.exists) throw new StartRefused([nothingThere(config)])
    const outerKeys = outerKeysOf(config, true, clock)
    await verifyKeyCheck(outerKeys, (await database.keyChecks.read()) ?? [])
    await database.readOnly()
    return await use({ database, outerKeys })
  } catch (error) {
    throw refusalOf(error, config)
  } finally {
    await database.close()
  }
}

/** That the database that is meant is not there. */
export function nothingThere({ postgres, dataFolder, named }: Config): string {
  return postgres
    ? `${named.databaseUrl} names a database that holds no Sallyport. Correct it.`
    : `${named.dataFolder} ${dataFolder} holds no database. Name the folder of the one that is meant.`
}

/** The one that the configuration names: nothing is written to it yet. */
async function openDatabase(config: Config, clock: Clock, isHeld: boolean): Promise<OpenedDatabase> {
  try {
    return config.postgres
      ? await openPostgres(config.postgres, clock)
      : openSqlite(config.dataFolder, clock, { isHeld })
  } catch (error) {
    throw refusalOf(error, config)
  }
}

/** What the operator has to change, where it is that. */
export function refusalOf(error: unknown, config: Config): unknown {
  // A database that takes nothing says why in words that help here.
  const isOutage = error instanceof SallyportError && error.code === 'database_unavailable'
  const sentence = sentenceOf((isOutage ? error.cause : undefined) ?? error, config)
  return sentence === undefined ? error : new StartRefused([sentence])
}

function sentenceOf(
  error: unknown,
  { postgres, dataFolder, named, keyServices, organizationKeysFolder }: Config,
): string | undefined {
  if (error instanceof DatabaseRefused) {
    return `${postgres ? named.databaseUrl : named.dataFolder} cannot be used. ${error.message}`
  }
  if (error instanceof NewerDatabase) {
    const where = postgres ? named.databaseUrl : `${named.dataFolder} ${dataFolder}`
    return `${where} holds a database that a newer version of Sallyport has used. Start that version, or one after it; to go back, restore the backup that was made before.`
  }
  if (error instanceof FolderInUse) {
    return `${named.dataFolder} ${dataFolder} is in use by another Sallyport. Stop that one, or choose another folder.`
  }
  if (error instanceof VaultError) {
    const places = [
      named.encryptionKeys,
      ...(keyServices.length > 0 ? [named.keyService] : []),
      ...(organizationKeysFolder === undefined ? [] : [named.organizationKeysFolder]),
    ]
    return `${error.message} Give the right one, in ${places.join(', in ')} or as the key file.`
  }
  if (error instanceof KeyServiceFailure) {
    return error.isRefusal
      ? `${named.keyService} names a service that does not do what is needed: ${error.detail}. Correct the setting, or what it permits.`
      : undefined
  }
  if (!(error instanceof Error && 'code' in error)) return undefined
  if (error.code === 'ERR_SQLITE_ERROR') {
    return `${named.dataFolder} ${dataFolder} holds a database that cannot be opened: ${error.message}. Put a sound one there, or choose another folder.`
  }
  return 'syscall' in error
    ? `${named.dataFolder} ${dataFolder} cannot be used (${error.code}). Choose a folder that this user may write to.`
    : undefined
}

/** Outer keys that were taken away once they wrapped nothing any more: nobody needs them here. */
async function keysGone(database: OpenedDatabase, { ids }: OuterKeys): Promise<readonly string[]> {
  return (await database.keyChecks.unused()).filter((keyId) => !ids.includes(keyId))
}

/** Proves the key before anything is written, then brings the database up to date (E4). */
async function unlock(database: OpenedDatabase, outerKeys: OuterKeys): Promise<void> {
  const checks = await database.keyChecks.read()
  const gone = checks ? await keysGone(database, outerKeys) : []
  const needed = checks?.filter(({ keyId }) => !gone.includes(keyId))
  if (needed) await verifyKeyCheck(outerKeys, needed)
  const made = await makeKeyCheck(outerKeys, new Set(checks?.map(({ keyId }) => keyId)))
  await database.migrate()
  if (checks) {
    for (const keyId of gone) await database.keyChecks.forget(keyId)
    for (const check of made) await database.keyChecks.write(check)
    return
  }
  await database.keyChecks.writeFirst(made)
  // Another node may have begun at the same moment, with another key.
  await verifyKeyCheck(outerKeys, (await database.keyChecks.read()) ?? [])
}
