import type { CallBatch, CallEventFilter, CallEventRecord } from '@sallyport/core/ports'
import type { Insertable } from 'kysely'
import { encodedCalls } from './call-data.ts'
import type { Tables } from './tables.ts'

type Row = Insertable<Tables['call_batch']>

/** What a row takes besides its data. */
const overhead = 150
const failed = 1 << 10

/** A batch as its row. */
export function callBatchRow({ organizationId, calls }: CallBatch): Row {
  const about = new Set<string>()
  let kinds = 0
  for (const call of calls) {
    if (call.accountId !== undefined) about.add(call.accountId)
    if (call.integration !== undefined) about.add(call.integration.toLowerCase())
    kinds |= kindsOf(call)
  }
  const names = ` ${[...about].join(' ')} `
  const data = encodedCalls(calls)
  return {
    organization_id: organizationId,
    id: calls[calls.length - 1]?.id ?? '',
    first_id: calls[0]?.id ?? '',
    bytes: overhead + names.length + Buffer.byteLength(data),
    about: names,
    kinds,
    data,
  }
}

/** Bits of the classes of status that a filter may be after; undefined for any. */
export function wantedKinds({ status, code }: CallEventFilter): number | undefined {
  if (code !== undefined) return failed
  if (!status) return undefined
  let kinds = 0
  for (let status_ = status.from; status_ <= status.to; status_ += 100) kinds |= classOf(status_)
  return kinds
}

/** Whether a filter is after this call, its place in the order apart. */
export function isWanted(call: CallEventRecord, filter: CallEventFilter): boolean {
  const { accountIds, environment, integration, keyIds, requestId, method, status, code } = filter
  return (
    (environment === undefined || call.environment?.toLowerCase() === environment.toLowerCase()) &&
    (!accountIds || (call.accountId !== undefined && accountIds.includes(call.accountId))) &&
    (integration === undefined || call.integration?.toLowerCase() === integration.toLowerCase()) &&
    (!keyIds || (call.keyId !== undefined && keyIds.includes(call.keyId))) &&
    (requestId === undefined || call.requestId === requestId) &&
    (method === undefined || call.method === method) &&
    (!status || (call.status >= status.from && call.status <= status.to)) &&
    (code === undefined || call.code === code)
  )
}

function kindsOf({ status, code }: CallEventRecord): number {
  return classOf(status) | (code === undefined ? 0 : failed)
}

function classOf(status: number): number {
  return 1 << Math.min(9, Math.floor(status / 100))
}
