import { newId } from '../id.ts'
import type { Clock, DataKeyRecord, EnvironmentRecord, OrganizationRecord, Random, Store } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { firstEnvironments } from './environments.ts'

export interface NewOrganizationPorts {
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}

/** An organization with all that it starts with. */
export async function newOrganization(
  ports: NewOrganizationPorts,
  { name, operator }: Pick<OrganizationRecord, 'name' | 'operator'>,
): Promise<[OrganizationRecord, DataKeyRecord[], EnvironmentRecord[]]> {
  const createdAt = ports.clock.now()
  const organization = { id: newId('org', ports), name, operator, suspendedAt: undefined, createdAt }
  const environments = firstEnvironments.map((environment, index) => ({
    ...environment,
    organizationId: organization.id,
    returnUrls: [],
    createdAt: createdAt + index,
  }))
  const { vault } = ports
  const keys = [await vault.newDataKey(organization.id), await vault.newAuditKey(organization.id)]
  return [organization, keys, environments]
}

/** The organization that an installation starts with: made on the first start, found on later ones. */
export async function firstOrganization(
  ports: NewOrganizationPorts & { readonly store: Store },
): Promise<OrganizationRecord> {
  const found = await ports.store.organizations.first()
  if (found) return found
  const made = await newOrganization(ports, { name: 'First organization', operator: true })
  const isOurs = await ports.store.organizations.createFirst(...made)
  return isOurs ? made[0] : firstOrganization(ports)
}
