import { existsSync } from 'node:fs'
import { BackupRefused } from '@sallyport/store'
import { makeBackup, rowsOf } from '../backup/make-backup.ts'
import { saidProgress } from '../backup/progress.ts'
import { systemCode } from '../durable.ts'
import { refusalOf } from '../opened-database.ts'
import { badData, CommandRefused, cannotWrite } from './command-refused.ts'
import { configuredRealm, say } from './configured.ts'
import type { CommandOptions } from './which-realm.ts'

/** Writes all of a realm to a file, while nodes go on. */
export function backup(options: CommandOptions): Promise<void> {
  return configuredRealm(options, async (config) => {
    const { file = '', force = false } = options
    if (existsSync(file) && !force) {
      throw new CommandRefused(
        `${file} is there already. Name another file, or say --force to replace it.`,
        cannotWrite,
      )
    }
    const ended = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
    const made = await makeBackup(config, {
      ...{ file, signal: ended.signal, progress: saidProgress('backup') },
    }).catch((error: unknown) => {
      if (ended.signal.aborted) throw new CommandRefused('Interrupted. Nothing was kept.', 1)
      if (error instanceof BackupRefused)
        throw new CommandRefused(`The database cannot be backed up. ${error.message}`, badData)
      if (isOfFile(error, file))
        throw new CommandRefused(`${file} cannot be written (${systemCode(error)}).`, cannotWrite)
      throw refusalOf(error, config)
    })
    const { header, answers } = made
    const keys = header.outerKeys.map(({ id }) => id).join(', ')
    say([
      `${file} holds the realm ${header.realm} as of ${header.createdAt}: ${rowsOf(header)} rows, ${answers} answers of the journal.`,
      `It opens with the outer keys ${keys}, which it does not hold. Keep them elsewhere.`,
    ])
  })
}

function isOfFile(error: unknown, file: string): boolean {
  return error instanceof Error && 'path' in error && String(error.path).startsWith(file)
}
