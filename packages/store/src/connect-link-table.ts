import type { Flag } from './tables.ts'

export interface ConnectLinkTable {
  organization_id: string
  id: string
  environment: string
  integration_id: string
  account_id: string | null
  makes_account: Flag
  name: string
  /** JSON. */
  tags: string
  return_url: string | null
  digest: Uint8Array
  key_id: string | null
  user_id: string | null
  browser_hash: string | null
  flow_id: string | null
  sealed: Uint8Array | null
  language: string | null
  attempts: number
  state: string
  created_at: number
  expires_at: number
}
