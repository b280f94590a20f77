import { BackupRefused } from '@sallyport/store'
import { rowsOf } from '../backup/make-backup.ts'
import { saidProgress } from '../backup/progress.ts'
import { restoreBackup } from '../backup/restore-backup.ts'
import { systemCode } from '../durable.ts'
import { refusalOf } from '../opened-database.ts'
import { badData, CommandRefused } from './command-refused.ts'
import { configuredRealm, say } from './configured.ts'
import type { CommandOptions } from './which-realm.ts'

/** Puts a backup into the empty database that is configured. Nobody renews with it before an operator says what it is. */
export function restore(options: CommandOptions): Promise<void> {
  return configuredRealm(options, async (config) => {
    const { file = '' } = options
    const restored = await restoreBackup(config, { file, progress: saidProgress('restore') }).catch(
      (error: unknown) => {
        if (error instanceof BackupRefused)
          throw new CommandRefused(`${file} cannot be restored. ${error.message}`, badData)
        if (error instanceof Error && 'path' in error && error.path === file) {
          throw new CommandRefused(`${file} cannot be read (${systemCode(error)}).`, badData)
        }
        throw refusalOf(error, config)
      },
    )
    const { header, answers } = restored
    say([
      `The realm ${header.realm} is back as of ${header.createdAt}: ${rowsOf(header)} rows.`,
      ...(answers > 0
        ? [`${answers} answers of providers wait in ${config.dataFolder}: start a node on this folder.`]
        : []),
      'No token is renewed yet. Run `sallyport adopt` if this database is the one that goes on,',
      'or `sallyport quarantine` if it is a copy and its original goes on.',
    ])
  })
}
