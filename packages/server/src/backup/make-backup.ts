import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BackupHeader, backupVersion } from '@sallyport/contract'
import { type BackupSigner, newBackupSigner, verifyKeyCheck } from '@sallyport/core'
import { type Snapshot, withPostgresSnapshot, withSqliteSnapshot } from '@sallyport/store'
import type { Config } from '../config.ts'
import { answersIn } from '../journal-folder.ts'
import { nothingThere } from '../opened-database.ts'
import { outerKeysOf } from '../outer-keys.ts'
import { StartRefused } from '../start-refused.ts'
import { backupText } from './backup-text.ts'
import { productVersion } from './product-version.ts'
import { counted, type Progress } from './progress.ts'
import { writeZipped } from './write-file.ts'

export interface BackupWanted {
  readonly file: string
  readonly signal: AbortSignal
  readonly progress: Progress
}

/** What was written. */
export interface BackupMade {
  readonly header: BackupHeader
  readonly answers: number
}

/**
 * Writes all of a realm, as it is at one moment, to a file. Nodes go on meanwhile, and what is sealed stays so: the outer
 * keys sign it, and have to be those of the database.
 *
 * @throws StartRefused, BackupRefused, DatabaseRefused, VaultError
 */
export async function makeBackup(
  config: Config,
  { file, signal, progress }: BackupWanted,
): Promise<BackupMade> {
  // Before the moment and after it: an answer may come to the journal, and leave it for the database, at any time.
  const before = await answersIn(config.dataFolder)
  const createdAt = new Date()
  return withSnapshot(config, async (snapshot) => {
    const after = await answersIn(config.dataFolder)
    const answers = [...new Map([...before, ...after].map((each) => [each.id, each])).values()]
    const keys = outerKeysOf(config, true)
    await verifyKeyCheck(keys, snapshot.keyChecks)
    const signer = await newBackupSigner(keys, {
      clock: { now: () => createdAt.getTime() },
      random: { bytes: randomBytes },
    })
    const header = headerOf({ realm: config.realm, snapshot, signer, createdAt })
    const done = counted(progress, rowsOf(header))
    await writeZipped(file, backupText({ header, snapshot, answers, signer, done }), signal)
    return { header, answers: answers.length }
  })
}

/** How many rows a backup holds. */
export function rowsOf({ tables }: Pick<BackupHeader, 'tables'>): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0)
}

function withSnapshot<Result>(config: Config, use: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
  const { postgres, dataFolder } = config
  if (postgres) return withPostgresSnapshot(postgres, use)
  if (!existsSync(join(dataFolder, 'sallyport.db'))) throw new StartRefused([nothingThere(config)])
  return withSqliteSnapshot(dataFolder, use)
}

function headerOf({
  realm,
  snapshot,
  signer: { key },
  createdAt,
}: {
  readonly realm: string
  readonly snapshot: Snapshot
  readonly signer: BackupSigner
  readonly createdAt: Date
}): BackupHeader {
  const { migrations, keyChecks, tables } = snapshot
  return {
    format: 'sallyport-backup',
    version: backupVersion,
    product: productVersion(),
    realm,
    createdAt: createdAt.toISOString(),
    migrations: [...migrations],
    outerKeys: keyChecks.map(({ keyId, sealed }) => ({ id: keyId, check: sealed.toString('base64') })),
    signedBy: { id: key.id, wrapped: key.wrapped.toString('base64') },
    tables: tables.map(({ name, columns, rows }) => ({ name, columns: [...columns], rows })),
  }
}
