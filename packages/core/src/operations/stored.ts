import type { OperationInput, OperationReply } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { OperationRecord, Store } from '../ports.ts'

/** @throws SallyportError not_found */
export async function operationByKey(
  { store }: { readonly store: Store },
  organizationId: string,
  key: string,
): Promise<OperationRecord> {
  const record = await store.operations.getByKey(organizationId, key)
  if (!record) throw new SallyportError('not_found')
  return record
}

/** What was checked before it was stored. */
export function definitionOf({ definition }: OperationRecord): OperationInput {
  return JSON.parse(definition) as OperationInput
}

/** An operation as replies show it. */
export function operationView(record: OperationRecord): OperationReply {
  return {
    id: record.id,
    ...definitionOf(record),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
  }
}
