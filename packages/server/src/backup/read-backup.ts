import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { BackupHeader, BackupSeal, backupVersion } from '@sallyport/contract'
import type { JournalEntry } from '@sallyport/core'
import { BackupRefused, type Row, type SnapshotTable } from '@sallyport/store'
import { journalEntry } from '../journal.ts'
import { type BackupPart, rowOf } from './lines.ts'
import { damaged, noBackup, zippedLines } from './zipped-lines.ts'

/** The end of a backup: the digest of all before, which was compared, and its signature, which was not. */
export interface BackupEnd {
  readonly kind: 'end'
  readonly digest: Buffer
  readonly mac: Buffer
}

const rowsAtOnce = 500

/**
 * Reads a backup from its beginning, never more than some rows of it in memory. What is wrong with its form is noticed on
 * the way; whether it is whole, at its end.
 *
 * @throws BackupRefused
 */
export async function* readBackup(file: FileHandle): AsyncGenerator<BackupPart | BackupEnd> {
  const lines = zippedLines(file)
  try {
    yield* partsOf(lines)
  } finally {
    await lines.return(undefined)
  }
}

async function* partsOf(lines: AsyncGenerator<Buffer, undefined>): AsyncGenerator<BackupPart | BackupEnd> {
  const hash = createHash('sha256')
  const signed = async (otherwise = damaged) => {
    const { value } = await lines.next()
    if (!value) throw otherwise
    hash.update(value).update('\n')
    return parsed(value, otherwise)
  }
  const header = headerOf(await signed(noBackup))
  yield { kind: 'header', header }
  const counts: Record<string, number> = {}
  let line = await signed()
  for (const table of header.tables) {
    expect(line, { table: table.name })
    counts[table.name] = 0
    let rows: Row[] = []
    for (line = await signed(); Array.isArray(line); line = await signed()) {
      rows.push(rowIn(table, line))
      counts[table.name] = (counts[table.name] ?? 0) + 1
      if (rows.length < rowsAtOnce) continue
      yield { kind: 'rows', table, rows }
      rows = []
    }
    if (rows.length > 0) yield { kind: 'rows', table, rows }
  }
  expect(line, { answers: true })
  const answers: JournalEntry[] = []
  for (line = await signed(); isAnswer(line); line = await signed()) {
    answers.push(journalEntry(JSON.stringify(line)))
  }
  yield { kind: 'answers', answers }
  expect(line, { rows: counts })
  yield await endOf(lines, hash.digest())
}

async function endOf(lines: AsyncGenerator<Buffer, undefined>, digest: Buffer): Promise<BackupEnd> {
  const { value } = await lines.next()
  const seal = BackupSeal.safeParse(value && parsed(value, damaged))
  if (!seal.success || !digest.equals(Buffer.from(seal.data.sha256, 'base64'))) throw damaged
  if (!(await lines.next()).done) throw damaged
  return { kind: 'end', digest, mac: Buffer.from(seal.data.mac, 'base64') }
}

function headerOf(line: unknown): BackupHeader {
  const isOurs = typeof line === 'object' && line !== null && 'format' in line
  if (!isOurs || line.format !== 'sallyport-backup') throw noBackup
  if ('version' in line && Number(line.version) > backupVersion) throw newer
  const read = BackupHeader.safeParse(line)
  if (!read.success) throw damaged
  return read.data
}

const newer = new BackupRefused(
  'It was written by a newer version of Sallyport. Use that version, or a later one.',
)

function rowIn(table: SnapshotTable, line: unknown): Row {
  const row = rowOf(table, line)
  if (!row) throw damaged
  return row
}

/** Its id becomes the name of a file. */
function isAnswer(line: unknown): boolean {
  return typeof line === 'object' && line !== null && 'id' in line && /^ans_[0-9a-z]+$/.test(String(line.id))
}

function expect(line: unknown, wanted: object): void {
  if (JSON.stringify(line) !== JSON.stringify(wanted)) throw damaged
}

function parsed(line: Buffer, otherwise: BackupRefused): unknown {
  try {
    return JSON.parse(line.toString())
  } catch {
    throw otherwise
  }
}
