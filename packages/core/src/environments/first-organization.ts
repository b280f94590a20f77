import { newId } from '../id.ts'
import type { Clock, OrganizationRecord, Random, Store } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { firstEnvironments } from './environments.ts'

/** The organization that an installation starts with: made on the first start, found on later ones. */
export async function firstOrganization(ports: {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}): Promise<OrganizationRecord> {
  const found = await ports.store.organizations.first()
  if (found) return found
  const createdAt = ports.clock.now()
  const organization = {
    id: newId('org', ports),
    name: 'First organization',
    operator: true,
    suspendedAt: undefined,
    createdAt,
  }
  const environments = firstEnvironments.map((environment, index) => ({
    ...environment,
    organizationId: organization.id,
    returnUrls: [],
    createdAt: createdAt + index,
  }))
  const dataKey = ports.vault.newDataKey(organization.id)
  const isOurs = await ports.store.organizations.createFirst(organization, dataKey, environments)
  return isOurs ? organization : firstOrganization(ports)
}
