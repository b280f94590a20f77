import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { adoptInstance } from '@sallyport/core'
import { type BackupMade, makeBackup } from './backup/make-backup.ts'
import { type BackupRestored, checkBackup, restoreBackup } from './backup/restore-backup.ts'
import { withInstance } from './commands/with-instance.ts'
import { type Config, readConfig } from './config.ts'
import { newFolder } from './fence.suite.ts'

type Environment = Readonly<Record<string, string>>

/** A key ring, as the environment has it: what is to open a database that was restored elsewhere. */
export function newKeys(): Environment {
  return { SALLYPORT_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}` }
}

/** Where a backup may be written. */
export function newFile(): string {
  return join(newFolder(), 'backup.gz')
}

/** What the commands do, in this process, with the environment of nodes. */
export function backup(
  environment: Environment,
  file: string,
  signal = new AbortController().signal,
): Promise<BackupMade> {
  return makeBackup(configOf(environment), { file, signal, progress: () => undefined })
}

export function restore(environment: Environment, file: string): Promise<BackupRestored> {
  return restoreBackup(configOf(environment), { file, progress: () => undefined })
}

export function check(environment: Environment, file: string): Promise<BackupRestored> {
  return checkBackup(configOf(environment), file)
}

export async function adopt(environment: Environment): Promise<void> {
  await withInstance(configOf(environment), adoptInstance)
}

function configOf(environment: Environment): Config {
  const read = readConfig(environment)
  if ('faults' in read) throw new Error(read.faults.join(' '))
  return read.config
}
