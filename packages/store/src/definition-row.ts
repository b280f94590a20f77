import { foldKey } from '@sallyport/contract'
import type { DefinitionRecord } from '@sallyport/core/ports'
import { optionalBuffer, strings } from './columns.ts'
import type { DefinitionColumns } from './tables.ts'

/** What integrations and OAuth clients have in common, as a row. */
export function definitionRow(record: DefinitionRecord): DefinitionColumns {
  return {
    organization_id: record.organizationId,
    id: record.id,
    key: record.key,
    key_folded: foldKey(record.key),
    name: record.name,
    definition: record.definition,
    secrets: record.secrets ?? null,
    secrets_set: JSON.stringify(record.secretsSet),
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  }
}

/** The reverse. */
export function definitionRecord(row: DefinitionColumns): DefinitionRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    key: row.key,
    name: row.name,
    definition: row.definition,
    secrets: optionalBuffer(row.secrets),
    secretsSet: strings(row.secrets_set),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
