import { z } from 'zod'
import type { ErrorCode } from '../errors.ts'
import { Key } from '../key.ts'
import type { Scope } from '../scope.ts'

/** One row: what a call takes, gives, and who may make it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** With `{name}` for parameters. */
  readonly path: string
  readonly summary: string
  /** Undefined: everybody who is known may. */
  readonly scope: Scope | undefined
  /** Another that it takes besides. */
  readonly scopeBesides?: Scope
  /** Changes what all environments share: closed to keys of one environment. */
  readonly acrossEnvironments?: true
  /**
   * Of a session this asks for a proof that is less than ten minutes old: each time, or where the body has any of these
   * members, by JSON Pointer, as a change has that brings secrets.
   */
  readonly stepUp?: true | { readonly with: readonly string[] }
  /** Only for principals of the first organization, the operator's; for others there is nothing here. */
  readonly operator?: true
  readonly params: z.ZodType
  readonly query: z.ZodType
  /** `definition`: core checks it whole, so that all faults come at once. */
  readonly body: z.ZodType | { readonly definition: z.ZodType } | UnreadBody | undefined
  /** In bytes, where a mebibyte is not enough. */
  readonly longestBody?: number
  readonly reply: z.ZodType | undefined
  /** Any number of such replies, one a line (application/x-ndjson), as fast as they are taken. */
  readonly isLines?: true
  /** With `Accept: application/x-ndjson` such lines instead, on what is under way; the last one has the reply. */
  readonly lines?: z.ZodType
  /** Calls APIs, and counts as a call while it is under way. */
  readonly isCall?: true
  /** Success means that it has been taken on, and goes on after the reply. */
  readonly isAccepted?: true
  readonly errors: readonly ErrorCode[]
}

/** A body that is handed on as bytes: to read it takes long, and is done where nobody waits for it. */
export interface UnreadBody {
  readonly unread: z.ZodType
}

export type Endpoints = Readonly<Record<string, Endpoint>>

/** What success answers. */
export function successStatus({
  method,
  isAccepted,
}: Pick<Endpoint, 'method' | 'isAccepted'>): 200 | 201 | 202 | 204 {
  if (isAccepted) return 202
  return method === 'POST' ? 201 : method === 'DELETE' ? 204 : 200
}

const none = z.strictObject({})

/** What a row says that takes nothing. */
export const empty = { params: none, query: none, body: undefined }
export const byKey = z.strictObject({ key: Key })
export const byId = z.strictObject({ id: z.string().min(1).max(64) })
export const paging = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().min(1).max(200).optional(),
}

/** A page of a list. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

/** `?name=true`. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
