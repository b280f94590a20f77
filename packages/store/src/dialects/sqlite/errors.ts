import { SallyportError } from '@sallyport/core/error'

/** Result codes of SQLite that say nothing against a statement: another has the file, the disk is full, fails or is read-only. */
const unavailable: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 13, 14])

/** A failure of the driver, as what it means to whoever asked. */
export function asOutage(error: unknown): unknown {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return error
  // An extended code has the plain one in its last byte.
  const code = error.errcode & 0xff
  if (!unavailable.has(code)) return error
  return new SallyportError('database_unavailable', {
    detail: `SQLite ${error.errcode}`,
    retryAfterSeconds: 1,
    cause: error,
  })
}
