import type { DataKeyRecord } from './key-ports.ts'
import type { EnvironmentRecord, Page, PageRequest } from './ports.ts'

export interface OrganizationRecord {
  readonly id: string
  readonly name: string
  /** The first one, whose principals make the others. */
  readonly operator: boolean
  /** Since when it is suspended. */
  readonly suspendedAt: number | undefined
  readonly createdAt: number
}

/** Organizations that were deleted, and whose outer keys are still to be destroyed. */
export interface ShreddingStore {
  pending(limit: number): Promise<readonly string[]>
  /** Nothing is to be destroyed any more; what the database's own log still held of it is gone too, where that can be said. */
  finish(organizationId: string): Promise<void>
}

export interface OrganizationStore {
  /** The one of the operator. */
  first(): Promise<OrganizationRecord | undefined>
  get(id: string): Promise<OrganizationRecord | undefined>
  /** Oldest first. */
  list(page: PageRequest): Promise<Page<OrganizationRecord>>
  /** With its first data keys, of states `active` and `audit`, and its environments. */
  create(
    organization: OrganizationRecord,
    dataKeys: readonly DataKeyRecord[],
    environments: readonly EnvironmentRecord[],
  ): Promise<void>
  /** The same while there is none: of several nodes that begin at once one makes it. False when there is one. */
  createFirst(
    organization: OrganizationRecord,
    dataKeys: readonly DataKeyRecord[],
    environments: readonly EnvironmentRecord[],
  ): Promise<boolean>
  /** Its name, and since when it is suspended. False when it is gone. */
  update(organization: OrganizationRecord): Promise<boolean>
  /** Every row of it, if it is suspended and not the operator's; its outer keys are then to be destroyed. */
  delete(id: string): Promise<boolean>
}

export interface OrganizationStores {
  organizations: OrganizationStore
  shreddings: ShreddingStore
}
