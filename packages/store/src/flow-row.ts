import type { FlowRecord } from '@sallyport/core/ports'
import type { Insertable, Selectable } from 'kysely'
import { flag, optional, optionalBuffer } from './columns.ts'
import type { Tables } from './tables.ts'

export function flowRow(record: FlowRecord): Insertable<Tables['flow']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    environment: record.environment,
    account_id: record.accountId,
    integration_id: record.integrationId,
    callback_id: record.callbackId,
    start_hash: record.startHash,
    state_hash: record.stateHash ?? null,
    browser_hash: record.browserHash ?? null,
    result_hash: record.resultHash ?? null,
    sealed: record.sealed ?? null,
    confirm: flag(record.confirm),
    return_url: record.returnUrl ?? null,
    redirect_uri: record.redirectUri,
    state: record.state,
    failure: record.failure ?? null,
    failure_detail: record.failureDetail ?? null,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  }
}

export function flowRecord(row: Selectable<Tables['flow']>): FlowRecord {
  return {
    organizationId: row.organization_id,
    environment: row.environment,
    id: row.id,
    accountId: row.account_id,
    integrationId: row.integration_id,
    callbackId: row.callback_id,
    startHash: row.start_hash,
    stateHash: optional(row.state_hash),
    browserHash: optional(row.browser_hash),
    resultHash: optional(row.result_hash),
    sealed: optionalBuffer(row.sealed),
    confirm: row.confirm === 1,
    returnUrl: optional(row.return_url),
    redirectUri: row.redirect_uri,
    state: row.state as FlowRecord['state'],
    failure: optional(row.failure),
    failureDetail: optional(row.failure_detail),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
