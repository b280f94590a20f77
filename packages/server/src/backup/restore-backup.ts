import { type FileHandle, open } from 'node:fs/promises'
import type { BackupHeader } from '@sallyport/contract'
import { type OuterKeys, openBackupSigner, verifyKeyCheck } from '@sallyport/core'
import { BackupRefused, type RestoreTarget, restorePostgres, restoreSqlite } from '@sallyport/store'
import type { Config } from '../config.ts'
import { holdJournal } from '../journal-folder.ts'
import { outerKeysOf } from '../outer-keys.ts'
import type { BackupPart } from './lines.ts'
import { rowsOf } from './make-backup.ts'
import { counted, type Progress } from './progress.ts'
import { readBackup } from './read-backup.ts'
import { damaged } from './zipped-lines.ts'

/** What was restored. */
export interface BackupRestored {
  readonly header: BackupHeader
  readonly answers: number
}

/**
 * Puts a backup into an empty database, of whichever kind, whose fence is closed then. All of the file is checked before
 * the first byte is written, and the database has all of it or nothing.
 *
 * @throws BackupRefused, DatabaseRefused, FolderInUse, StartRefused, VaultError
 */
export async function restoreBackup(
  config: Config,
  wanted: { readonly file: string; readonly progress: Progress },
): Promise<BackupRestored> {
  const file = await open(wanted.file, 'r')
  try {
    const checked = await check(file, outerKeysOf(config, true))
    const fill = (target: RestoreTarget) => write(file, checked, { target, config, ...wanted })
    await (config.postgres ? restorePostgres(config.postgres, fill) : restoreSqlite(config.dataFolder, fill))
    return checked
  } finally {
    await file.close()
  }
}

/** Whether a backup could be restored with these outer keys, as far as that can be said without a database. @throws as above */
export async function checkBackup(config: Config, path: string): Promise<BackupRestored> {
  const file = await open(path, 'r')
  try {
    return await check(file, outerKeysOf(config, true))
  } finally {
    await file.close()
  }
}

interface Checked extends BackupRestored {
  readonly digest: Buffer
}

/** Reads all of it: whether it is whole, opened by these keys, and signed by them. */
async function check(file: FileHandle, keys: OuterKeys): Promise<Checked> {
  let header: BackupHeader | undefined
  let answers = 0
  for await (const part of readBackup(file)) {
    if (part.kind === 'header') {
      header = part.header
      const checks = header.outerKeys.map(({ id, check }) => ({
        keyId: id,
        sealed: Buffer.from(check, 'base64'),
      }))
      await verifyKeyCheck(keys, checks)
    }
    if (part.kind === 'answers') answers = part.answers.length
    if (part.kind !== 'end' || !header) continue
    const { id, wrapped } = header.signedBy
    const signer = await openBackupSigner(keys, { id, wrapped: Buffer.from(wrapped, 'base64') })
    if (!signer.sign(part.digest).equals(part.mac)) throw forged
    return { header, answers, digest: part.digest }
  }
  throw damaged
}

const forged = new BackupRefused(
  'It was changed by somebody who does not have the outer keys. Use another one, and find out who.',
)

/** Reads it a second time: it has to be what was checked. */
async function write(
  file: FileHandle,
  { header, digest }: Checked,
  {
    target,
    config,
    progress,
  }: { readonly target: RestoreTarget; readonly config: Config; readonly progress: Progress },
): Promise<void> {
  const done = counted(progress, rowsOf(header))
  await target.create(header.migrations)
  for await (const part of readBackup(file)) {
    if (part.kind === 'rows') {
      await target.insert(part.table, part.rows)
      done(part.rows)
    }
    if (part.kind === 'answers') await bringHome(config, part)
    if (part.kind === 'end' && !part.digest.equals(digest)) throw damaged
  }
  await target.finish(Date.parse(header.createdAt))
}

/** Into a journal of this folder, from where a node takes them once the fence is open. */
async function bringHome(
  { dataFolder }: Config,
  { answers }: Extract<BackupPart, { kind: 'answers' }>,
): Promise<void> {
  if (answers.length === 0) return
  const held = holdJournal(dataFolder)
  try {
    for (const answer of answers) await held.journal.append(answer)
  } finally {
    held.release()
  }
}
