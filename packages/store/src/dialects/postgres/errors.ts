import { SallyportError } from '@sallyport/core/error'
import pg from 'pg'

/**
 * What PostgreSQL has against a statement: its SQLSTATE alone. Its own message, and more so its detail, quote the row (D2).
 */
export class StatementFailed extends Error {
  /** SQLSTATE. */
  readonly code: string

  constructor(code: string) {
    super('PostgreSQL refused a statement.')
    this.name = 'StatementFailed'
    this.code = code
  }
}

/** What cannot be said of the database: shut down or starting (57P…), full of connections (53…), cut off (08…), read-only. */
const unavailable = /^(?:08|53|57P|25006|58)/

/** Any failure of the driver, without what it quotes. */
export function withoutRows(error: unknown): StatementFailed | SallyportError {
  const code = codeOf(error)
  if (error instanceof pg.DatabaseError && !unavailable.test(code)) return new StatementFailed(code)
  return new SallyportError('database_unavailable', { detail: code, retryAfterSeconds: 1 })
}

/** Whether the connection is of no more use: it is gone, or an answer may still come on it. */
export function endsConnection(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity === 'FATAL' || error.severity === 'PANIC'
}

/** SQLSTATE, or what the system calls it. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'no answer'
}
