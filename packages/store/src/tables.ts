import type { AdapterTable, AppTable, BindingTable, KeyLimitTable, ProfileTable } from './app-tables.ts'
import type { ConnectLinkTable } from './connect-link-table.ts'
import type { OperationTable } from './operation-table.ts'
import type { PersonTables } from './person-tables.ts'
import type { RevocationTables } from './revocation-tables.ts'
import type { RotationTables } from './rotation-tables.ts'
import type { SignOnTables } from './sign-on-tables.ts'
import type { DeliveryTable, WebhookTable } from './webhook-tables.ts'

/** 0 or 1: neither SQLite nor PostgreSQL's drivers agree on more. */
export type Flag = 0 | 1

interface OrganizationTable {
  id: string
  name: string
  operator: Flag
  suspended_at: number | null
  created_at: number
}

interface AuditTable {
  organization_id: string
  id: string
  at: number
  actor_kind: string
  actor_id: string | null
  address: string | null
  action: string
  target_kind: string
  target_id: string
  target_name: string | null
  /** JSON. */
  changes: string
  /** Place in the chain of its organization, from 1; null in rows that no node has chained. */
  sequence: number | null
  /** Base64. */
  hash: string | null
  mac: string | null
}

/** Where the chain of an organization's audit ends, and how far what is made of it has come. */
interface AuditHeadTable {
  organization_id: string
  sequence: number
  hash: string
  /** Of the latest checkpoint. */
  signed_sequence: number
  signed_at: number
  /** Until when the generations of accounts have been recorded. */
  generations_at: number
  /** How far the export to a file has come. */
  exported_sequence: number
}

interface AuditCheckpointTable {
  organization_id: string
  sequence: number
  hash: string
  at: number
  public_key: string
  signature: string
}

interface DataKeyTable {
  organization_id: string
  id: string
  state: 'active' | 'decrypt' | 'dead' | 'audit'
  wrapped: Uint8Array
  created_at: number
}

interface EnvironmentTable {
  organization_id: string
  key: string
  key_folded: string
  name: string
  /** JSON. */
  return_urls: string
  /** JSON. */
  connect_page: string | null
  created_at: number
}

/** What integrations and OAuth clients have in common. */
export interface DefinitionColumns {
  organization_id: string
  id: string
  key: string
  key_folded: string
  name: string
  /** JSON. */
  definition: string
  secrets: Uint8Array | null
  /** JSON. */
  secrets_set: string
  version: number
  created_at: number
  updated_at: number
}

interface IntegrationTable extends DefinitionColumns {
  oauth_client_id: string | null
}

interface AccountTable {
  organization_id: string
  id: string
  environment: string
  integration_id: string
  name: string
  name_folded: string
  disabled: Flag
  /** JSON. */
  parameters: string
  /** JSON; `account_tag` is its index. */
  tags: string
  status: string
  status_since: number | null
  reason: string | null
  reason_detail: string | null
  credential: Uint8Array | null
  /** JSON. */
  secrets_set: string
  generation: number
  issued_at: number | null
  expires_at: number | null
  renewable: Flag
  /** JSON. */
  scopes: string
  /** JSON. */
  kept: string
  refresh_expires_at: number | null
  due_at: number | null
  revocation: string | null
  connected_at: number | null
  exported_at: number | null
  /** JSON. */
  differences: string | null
  created_by: string | null
  created_by_id: string | null
  version: number
  last_used_at: number | null
  created_at: number
  updated_at: number
}

interface AccountTagTable {
  organization_id: string
  account_id: string
  name: string
  value: string
}

interface FlowTable {
  organization_id: string
  id: string
  environment: string
  account_id: string
  integration_id: string
  callback_id: string
  start_hash: string
  state_hash: string | null
  browser_hash: string | null
  result_hash: string | null
  sealed: Uint8Array | null
  confirm: Flag
  return_url: string | null
  redirect_uri: string
  state: string
  failure: string | null
  failure_detail: string | null
  created_at: number
  expires_at: number
}

interface DevicePollTable {
  organization_id: string
  account_id: string
  id: string
  environment: string
  sealed: Uint8Array
  interval_seconds: number
  due_at: number
  created_at: number
  expires_at: number
}

interface ClientRegistrationTable {
  organization_id: string
  owner_id: string
  server: string
  client_id: string
  sealed: Uint8Array
  created_at: number
  superseded_at: number | null
}

interface ImportRecipientTable {
  organization_id: string
  id: string
  recipient: string
  sealed: Uint8Array
  created_at: number
  expires_at: number
}

interface ApiKeyTable {
  organization_id: string
  id: string
  lookup: string
  digest: Uint8Array
  name: string
  /** JSON. */
  scopes: string
  /** JSON; null for all. */
  accounts: string | null
  /** The secret before this one, and until when it works. */
  previous_digest: Uint8Array | null
  previous_until: number | null
  last_used_at: number | null
  created_at: number
  expires_at: number
}

interface RenewalIntentTable {
  organization_id: string
  account_id: string
  generation: number
  attempt: number
  owner: string
  state: string
  since: number
  deadline: number
  lease_until: number
}

interface RenewalOrphanTable {
  organization_id: string
  account_id: string
  generation: number
  id: string
  sealed: Uint8Array
  at: number
}

interface RenewalRateTable {
  organization_id: string
  client_id: string
  /** When the client has had as many renewals as it was given, at the rate that it may have. */
  next_at: number
}

interface TraceTable {
  organization_id: string
  id: string
  account_id: string
  at: number
  kind: string
  ok: Flag
  /** JSON. */
  data: string
}

interface EventTable {
  organization_id: string
  id: string
  at: number
  type: string
  account_id: string
  integration: string
  environment: string
  /** JSON. */
  data: string
}

/** Calls of one process that ended within two seconds. */
interface CallBatchTable {
  organization_id: string
  /** Of its latest call; `first_id` of its earliest. */
  id: string
  first_id: string
  /** What the row takes, about. */
  bytes: number
  /** Accounts and integrations that are in it, between spaces. */
  about: string
  /** Bits: which classes of status are in it, and whether codes of failures are. */
  kinds: number
  /** JSON, as `call-data.ts` has it. */
  data: string
}

interface CallUsageTable {
  organization_id: string
  /** Of all its batches. */
  bytes: number
  /** First id of its oldest batch, or an older one. */
  oldest: string
}

interface SetupTable {
  id: number
  token_digest: Uint8Array
  done_at: number | null
}

interface ShreddingTable {
  /** Of an organization that is gone. */
  id: string
}

interface KeyCheckTable {
  key_id: string
  sealed: Uint8Array
}

interface InstanceTable {
  /** There is one row. */
  only: number
  id: string
  /** JSON. */
  place: string
  epoch: number
  rolled_back_from: number | null
  /** The moment of the backup that it was restored from, until an operator has said what it is. */
  backup_at: number | null
  /** When an operator last adopted it, after something had stood against it. */
  adopted_at: number | null
}

/** Every table, as each dialect's driver gives its rows. Times are epoch milliseconds. */
export interface Tables extends PersonTables, SignOnTables, RotationTables, RevocationTables {
  organization: OrganizationTable
  audit: AuditTable
  audit_head: AuditHeadTable
  audit_checkpoint: AuditCheckpointTable
  data_key: DataKeyTable
  environment: EnvironmentTable
  integration: IntegrationTable
  oauth_client: DefinitionColumns
  account: AccountTable
  account_tag: AccountTagTable
  flow: FlowTable
  device_poll: DevicePollTable
  connect_link: ConnectLinkTable
  renewal_intent: RenewalIntentTable
  renewal_orphan: RenewalOrphanTable
  renewal_rate: RenewalRateTable
  trace: TraceTable
  client_registration: ClientRegistrationTable
  import_recipient: ImportRecipientTable
  event: EventTable
  call_batch: CallBatchTable
  call_usage: CallUsageTable
  webhook: WebhookTable
  delivery: DeliveryTable
  app: AppTable
  adapter: AdapterTable
  profile: ProfileTable
  binding: BindingTable
  operation: OperationTable
  api_key: ApiKeyTable
  key_limit: KeyLimitTable
  setup: SetupTable
  key_check: KeyCheckTable
  shredding: ShreddingTable
  instance: InstanceTable
}
