import {
  type NewOrganizationReply,
  type OrganizationInput,
  type OrganizationPatch,
  type OrganizationReply,
  scopes,
} from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Deed, recorded } from '../audit/record.ts'
import { type NewOrganizationPorts, newOrganization } from '../environments/first-organization.ts'
import { SallyportError } from '../error.ts'
import { keyView } from '../identity/key-view.ts'
import { keyCreated, newKeyRecord } from '../identity/keys.ts'
import type { Changed, OrganizationRecord, Page, PageRequest, Store } from '../ports.ts'
import { type Principal, requireUnbound } from '../principal.ts'

export interface OrganizationPorts extends NewOrganizationPorts {
  readonly store: Store
  readonly changed: Changed
  /** Of the operator's organization. */
  readonly firstOrganizationId: string
}

/**
 * Makes an organization and a key that may do everything in it. Nobody but the operator's people and keys comes here.
 *
 * @throws SallyportError scope_missing
 */
export async function createOrganization(
  ports: OrganizationPorts,
  principal: Principal,
  { name }: OrganizationInput,
): Promise<NewOrganizationReply> {
  requireUnbound(principal)
  const made = await newOrganization(ports, { name, operator: false })
  const [organization] = made
  const { record, text } = newKeyRecord(ports, organization.id, {
    name: 'First key',
    scopes,
    accounts: undefined,
  })
  const deed = deedOn(organization, 'created', changesBetween({}, { name }))
  // In its own audit stands the key, and in the operator's that it was made.
  const created = keyCreated(await keyView(ports, record))
  const inside = { ...principal, organizationId: organization.id }
  await recorded(ports.store, principal, deed, async (store) => {
    await store.organizations.create(...made)
    await recorded(store, inside, created, (it) => it.apiKeys.create(record))
  })
  return { ...organizationView(organization), key: text }
}

export async function listOrganizations(
  { store }: OrganizationPorts,
  page: PageRequest,
): Promise<Page<OrganizationReply>> {
  const { items, nextCursor } = await store.organizations.list(page)
  return { items: items.map(organizationView), nextCursor }
}

/** @throws SallyportError not_found */
export async function readOrganization(
  ports: OrganizationPorts,
  principal: Principal,
  id: string,
): Promise<OrganizationReply> {
  return organizationView(await organizationOf(ports, principal, id))
}

/** @throws SallyportError not_found, scope_missing, organization_of_operator */
export async function updateOrganization(
  ports: OrganizationPorts,
  principal: Principal,
  id: string,
  patch: OrganizationPatch,
): Promise<OrganizationReply> {
  requireUnbound(principal)
  const before = await organizationOf(ports, principal, id)
  const { name = before.name, suspended = before.suspendedAt !== undefined } = patch
  if (patch.suspended !== undefined && !isOperator(ports, principal)) {
    const message = 'Only the operator suspends and resumes organizations. Leave `suspended` out.'
    throw new SallyportError('scope_missing', { message })
  }
  if (suspended && before.operator) throw new SallyportError('organization_of_operator')
  const suspendedAt = suspended ? (before.suspendedAt ?? ports.clock.now()) : undefined
  const next = { ...before, name, suspendedAt }
  const changes = changesBetween(fieldsOf(before), fieldsOf(next))
  const isUpdated = await recorded(ports.store, principal, deedOn(before, 'updated', changes), (store) =>
    store.organizations.update(next),
  )
  if (!isUpdated) throw new SallyportError('not_found')
  ports.changed()
  return organizationView(next)
}

/** @throws SallyportError not_found, organization_active, organization_of_operator */
export async function deleteOrganization(
  ports: OrganizationPorts,
  principal: Principal,
  id: string,
): Promise<void> {
  requireUnbound(principal)
  const record = await organizationOf(ports, principal, id)
  if (record.operator) throw new SallyportError('organization_of_operator')
  const isGone = await recorded(ports.store, principal, deedOn(record, 'deleted'), (store) =>
    store.organizations.delete(id),
  )
  if (!isGone) throw new SallyportError('organization_active')
  ports.changed()
}

/** Whether somebody belongs to the organization of whoever runs this Sallyport. */
export function isOperator(
  { firstOrganizationId }: Pick<OrganizationPorts, 'firstOrganizationId'>,
  { organizationId }: Principal,
): boolean {
  return organizationId === firstOrganizationId
}

/** @throws SallyportError not_found, the same for foreign and absent ones (D6) */
async function organizationOf(
  ports: OrganizationPorts,
  principal: Principal,
  id: string,
): Promise<OrganizationRecord> {
  const isVisible = principal.organizationId === id || isOperator(ports, principal)
  const record = isVisible ? await ports.store.organizations.get(id) : undefined
  if (!record) throw new SallyportError('not_found')
  return record
}

function deedOn({ id, name }: OrganizationRecord, what: string, changes: Deed['changes'] = []): Deed {
  return { action: `organization.${what}`, target: { kind: 'organization', id, name }, changes }
}

function fieldsOf({ name, suspendedAt }: OrganizationRecord) {
  return { name, suspended: suspendedAt !== undefined }
}

function organizationView({
  id,
  name,
  operator,
  suspendedAt,
  createdAt,
}: OrganizationRecord): OrganizationReply {
  return {
    id,
    name,
    operator,
    suspended: suspendedAt !== undefined,
    ...(suspendedAt !== undefined && { suspendedAt: new Date(suspendedAt).toISOString() }),
    createdAt: new Date(createdAt).toISOString(),
  }
}
