import type { AccountStatus } from '@sallyport/contract'
import type { AccountCreator, AccountRecord, AccountState, Differences } from '@sallyport/core/ports'
import type { ExpressionBuilder, Insertable, Selectable } from 'kysely'
import { flag, foldName, optional, optionalBuffer, stringMap, strings } from './columns.ts'
import type { Tables } from './tables.ts'

export type AccountRow = Selectable<Tables['account']>

/** The columns that a person may change. */
export function detailColumns({ name, disabled, parameters, tags }: AccountRecord) {
  return {
    name,
    name_folded: foldName(name),
    disabled: flag(disabled),
    parameters: JSON.stringify(parameters),
    tags: JSON.stringify(tags),
  }
}

/** The columns that change when a credential is committed. */
export function stateColumns(state: AccountState) {
  return {
    status: state.status,
    reason: state.reason ?? null,
    reason_detail: state.reasonDetail ?? null,
    credential: state.credential ?? null,
    secrets_set: JSON.stringify(state.secretsSet),
    generation: state.generation,
    issued_at: state.issuedAt ?? null,
    expires_at: state.expiresAt ?? null,
    renewable: flag(state.renewable),
    scopes: JSON.stringify(state.scopes),
    kept: JSON.stringify(state.kept),
    refresh_expires_at: state.refreshExpiresAt ?? null,
    due_at: state.dueAt ?? null,
    revocation: state.revocation ?? null,
    exported_at: state.exportedAt ?? null,
    // What was journaled by an older version does not say, and takes nothing away.
    ...(state.connectedAt !== undefined && { connected_at: state.connectedAt }),
    ...(state.differences !== undefined && { differences: JSON.stringify(state.differences) }),
  }
}

/** Stays while the status does. */
export function statusSince(status: AccountStatus, at: number) {
  return ({ eb }: ExpressionBuilder<Tables, 'account'>) =>
    eb.case().when('status', '=', status).then(eb.ref('status_since')).else(at).end()
}

export function accountRow(record: AccountRecord): Insertable<Tables['account']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    environment: record.environment,
    integration_id: record.integrationId,
    ...detailColumns(record),
    ...stateColumns(record),
    version: record.version,
    last_used_at: record.lastUsedAt ?? null,
    status_since: record.statusSince ?? null,
    created_by: record.createdBy?.kind ?? null,
    created_by_id: record.createdBy?.id ?? null,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  }
}

/** The account's tags as rows of their index. */
export function tagRows({ organizationId, id, tags }: AccountRecord): Insertable<Tables['account_tag']>[] {
  return Object.entries(tags).map(([name, value]) => {
    return { organization_id: organizationId, account_id: id, name, value }
  })
}

export function accountRecord(row: AccountRow): AccountRecord {
  return {
    organizationId: row.organization_id,
    environment: row.environment,
    id: row.id,
    integrationId: row.integration_id,
    name: row.name,
    disabled: row.disabled === 1,
    parameters: stringMap(row.parameters),
    tags: stringMap(row.tags),
    status: row.status as AccountStatus,
    statusSince: optional(row.status_since),
    reason: optional(row.reason),
    reasonDetail: optional(row.reason_detail),
    credential: optionalBuffer(row.credential),
    secretsSet: strings(row.secrets_set),
    generation: row.generation,
    issuedAt: optional(row.issued_at),
    expiresAt: optional(row.expires_at),
    renewable: row.renewable === 1,
    scopes: strings(row.scopes),
    kept: stringMap(row.kept),
    refreshExpiresAt: optional(row.refresh_expires_at),
    dueAt: optional(row.due_at),
    revocation: optional(row.revocation) as AccountRecord['revocation'],
    connectedAt: optional(row.connected_at),
    exportedAt: optional(row.exported_at),
    differences: differences(row.differences),
    createdBy: creator(row),
    version: row.version,
    lastUsedAt: optional(row.last_used_at),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** Stored as JSON. */
export function differences(text: string | null): Differences | undefined {
  return text === null ? undefined : (JSON.parse(text) as Differences)
}

function creator(row: Pick<AccountRow, 'created_by' | 'created_by_id'>): AccountCreator | undefined {
  if (row.created_by === null) return undefined
  return { kind: row.created_by as AccountCreator['kind'], id: optional(row.created_by_id) }
}
