interface RevocationTable {
  organization_id: string
  id: string
  account_id: string
  environment: string | null
  integration: string | null
  sealed: Uint8Array | null
  attempts: number
  reason: string | null
  reason_detail: string | null
  created_at: number
  due_at: number
  expires_at: number
}

interface RevocationRunTable {
  organization_id: string
  id: string
  status: string
  /** JSON. */
  filter: string
  total: number
  started_at: number
  ended_at: number | null
  /** When it is looked after next; null once it has ended. */
  due_at: number | null
}

interface RevocationRunAccountTable {
  organization_id: string
  run_id: string
  account_id: string
  integration: string
  environment: string
  state: string
  reason: string | null
  reason_detail: string | null
  revocation_id: string | null
  /** Of one that waits. */
  due_at: number
}

/** What is to be revoked at providers, and what was asked for at once. */
export interface RevocationTables {
  revocation: RevocationTable
  revocation_run: RevocationRunTable
  revocation_run_account: RevocationRunAccountTable
}
