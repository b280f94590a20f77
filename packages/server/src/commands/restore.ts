import { BackupRefused } from '@sallyport/store'
import { rowsOf } from '../backup/make-backup.ts'
import { saidProgress } from '../backup/progress.ts'
import { type BackupRestored, checkBackup, restoreBackup } from '../backup/restore-backup.ts'
import type { Config } from '../config.ts'
import { systemCode } from '../durable.ts'
import { refusalOf } from '../opened-database.ts'
import { badData, CommandRefused } from './command-refused.ts'
import { configuredRealm, say } from './configured.ts'
import type { CommandOptions } from './which-realm.ts'

/**
 * Puts a backup into the empty database that is configured, where nobody renews before an operator says what it is; with
 * `check`, looks only whether it could.
 */
export function restore(options: CommandOptions): Promise<void> {
  return configuredRealm(options, async (config) => {
    const { file = '', check = false } = options
    const progress = saidProgress('restore')
    const work = check ? checkBackup(config, file) : restoreBackup(config, { file, progress })
    const restored = await work.catch((error: unknown) => {
      throw whyNot(error, file) ?? refusalOf(error, config)
    })
    say(check ? whole(file, restored) : back(config, restored))
  })
}

function whyNot(error: unknown, file: string): CommandRefused | undefined {
  if (error instanceof BackupRefused) {
    return new CommandRefused(`${file} cannot be restored. ${error.message}`, badData)
  }
  if (!(error instanceof Error && 'path' in error && error.path === file)) return undefined
  return new CommandRefused(`${file} cannot be read (${systemCode(error)}).`, badData)
}

function whole(file: string, { header }: BackupRestored): readonly string[] {
  const { realm, createdAt } = header
  return [
    `${file} is whole: the realm ${realm} as of ${createdAt}, ${rowsOf(header)} rows. These outer keys open it.`,
  ]
}

function back({ dataFolder }: Config, { header, answers }: BackupRestored): readonly string[] {
  return [
    `The realm ${header.realm} is back as of ${header.createdAt}: ${rowsOf(header)} rows.`,
    ...(answers > 0
      ? [`${answers} answers of providers wait in ${dataFolder}: start a node on this folder.`]
      : []),
    'No token is renewed yet. Run `sallyport adopt` if this database is the one that goes on,',
    'or `sallyport quarantine` if it is a copy and its original goes on.',
  ]
}
