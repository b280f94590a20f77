import type { BackupHeader } from '@sallyport/contract'
import type { JournalEntry } from '@sallyport/core'
import type { Row, SnapshotTable, Value } from '@sallyport/store'

/** What a backup is made of, in the order of its lines. */
export type BackupPart =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  | { readonly kind: 'rows'; readonly table: SnapshotTable; readonly rows: readonly Row[] }
  | { readonly kind: 'answers'; readonly answers: readonly JournalEntry[] }

/** A row as a line has it. */
export function rowLine({ columns }: SnapshotTable, row: Row): string {
  return JSON.stringify(
    row.map((value, index) => (columns[index]?.type === 'bytes' && value !== null ? base64(value) : value)),
  )
}

function base64(value: Value): string {
  if (!(value instanceof Uint8Array)) throw new TypeError('a column of bytes holds something else')
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
}

/** A line as a row, or undefined where it is none of this table. */
export function rowOf({ columns }: SnapshotTable, line: unknown): Row | undefined {
  if (!Array.isArray(line) || line.length !== columns.length) return undefined
  const values = columns.map(({ type }, index) => columnValue(type, line[index]))
  return values.every((value) => value !== undefined) ? values : undefined
}

function columnValue(type: SnapshotTable['columns'][number]['type'], value: unknown): Value | undefined {
  if (value === null) return null
  if (type === 'integer') return Number.isSafeInteger(value) ? (value as number) : undefined
  if (typeof value !== 'string') return undefined
  return type === 'text' ? value : Buffer.from(value, 'base64')
}
