import type { JsonValue } from '@sallyport/contract'
import type { Room } from './bounded.ts'

/** By no name that a placeholder or an expression could have. */
export const room = Symbol('room')

/** What placeholders and expressions of an operation see, by the first word of their path. */
export interface Scope {
  readonly [room]: Room
  readonly input: Readonly<Record<string, JsonValue>>
  /** Outputs of steps by name; absent for steps that were left out. */
  readonly steps: Readonly<Record<string, JsonValue | undefined>>
  /** Of the account that the step calls by: parameters that are not secret. */
  readonly account?: Readonly<Record<string, string>> | undefined
  /** Settings of the profile that it runs in. */
  readonly profile: Readonly<Record<string, string>>
  /** In `catch`: why the steps failed. */
  readonly error?: Readonly<Record<string, JsonValue>> | undefined
}

/** First words of placeholders. */
export const scopeWords: ReadonlySet<string> = new Set(['input', 'steps', 'account', 'profile', 'error'])

/** The value at a path as `steps.find.body.records.0.id`; undefined where there is none. Own members only. */
export function valueAt(scope: Scope, path: string): JsonValue | undefined {
  let value: unknown = scope
  for (const member of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value) && !/^\d{1,9}$/.test(member)) return undefined
    if (!Object.hasOwn(value, member)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[member]
  }
  return value as JsonValue | undefined
}
