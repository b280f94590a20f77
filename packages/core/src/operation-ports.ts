import type { Page, PageRequest } from './ports.ts'

/** A saved operation. It holds no secrets: its calls are made as accounts. */
export interface OperationRecord {
  readonly organizationId: string
  readonly id: string
  readonly key: string
  readonly name: string
  /** Key of the integration whose accounts it is made for, in lower case. */
  readonly integration: string | undefined
  /** JSON of the whole, as `OperationInput` made it. */
  readonly definition: string
  /** Goes up by one with each change. */
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** Keys are found without regard to case. */
export interface OperationStore {
  /** All, or those that are made for accounts of an integration. */
  list(
    organizationId: string,
    page: PageRequest,
    filter?: { readonly integration?: string | undefined },
  ): Promise<Page<OperationRecord>>
  getByKey(organizationId: string, key: string): Promise<OperationRecord | undefined>
  /** False when the key is taken. */
  create(operation: OperationRecord): Promise<boolean>
  /** Replaces the row if it is still at `version - 1`. */
  update(operation: OperationRecord): Promise<boolean>
  delete(organizationId: string, id: string): Promise<boolean>
}
