import { createHash } from 'node:crypto'
import type { BackupHeader } from '@sallyport/contract'
import type { BackupSigner, JournalEntry } from '@sallyport/core'
import type { Row, Snapshot } from '@sallyport/store'
import { journalText } from '../journal.ts'
import { rowLine } from './lines.ts'

/** What a backup holds, and who signs it. */
export interface BackupContent {
  readonly header: BackupHeader
  readonly snapshot: Pick<Snapshot, 'tables' | 'rows'>
  readonly answers: readonly JournalEntry[]
  readonly signer: BackupSigner
  /** Told of rows that are done. */
  readonly done: (rows: readonly Row[]) => void
}

/** The lines of a backup, some at a time. */
export async function* backupText(content: BackupContent): AsyncIterable<string> {
  const hash = createHash('sha256')
  for await (const lines of signedLines(content)) {
    const text = lines.map((line) => `${line}\n`).join('')
    hash.update(text)
    if (text !== '') yield text
  }
  const digest = hash.digest()
  const mac = content.signer.sign(digest)
  yield `${JSON.stringify({ sha256: digest.toString('base64'), mac: mac.toString('base64') })}\n`
}

async function* signedLines({
  header,
  snapshot,
  answers,
  done,
}: BackupContent): AsyncIterable<readonly string[]> {
  yield [JSON.stringify(header)]
  const counts: Record<string, number> = {}
  for (const table of snapshot.tables) {
    yield [JSON.stringify({ table: table.name })]
    let count = 0
    for await (const rows of snapshot.rows(table)) {
      yield rows.map((row) => rowLine(table, row))
      count += rows.length
      done(rows)
    }
    counts[table.name] = count
  }
  yield [JSON.stringify({ answers: true })]
  yield answers.map(journalText)
  yield [JSON.stringify({ rows: counts })]
}
