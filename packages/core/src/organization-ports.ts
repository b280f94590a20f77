import type { DataKeyRecord } from './key-ports.ts'
import type { EnvironmentRecord } from './ports.ts'

export interface OrganizationRecord {
  readonly id: string
  readonly name: string
  /** The first one, whose principals make the others. */
  readonly operator: boolean
  /** Since when it is suspended. */
  readonly suspendedAt: number | undefined
  readonly createdAt: number
}

export interface OrganizationStore {
  /** The one of the operator. */
  first(): Promise<OrganizationRecord | undefined>
  /** With its first data key and environments. */
  create(
    organization: OrganizationRecord,
    dataKey: DataKeyRecord,
    environments: readonly EnvironmentRecord[],
  ): Promise<void>
  /** The same while there is none: of several nodes that begin at once one makes it. False when there is one. */
  createFirst(
    organization: OrganizationRecord,
    dataKey: DataKeyRecord,
    environments: readonly EnvironmentRecord[],
  ): Promise<boolean>
}
