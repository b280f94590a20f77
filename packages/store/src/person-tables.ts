import type { Flag } from './tables.ts'

interface PersonTable {
  organization_id: string
  id: string
  email: string
  email_folded: string
  name: string
  role: string
  password_hash: string | null
  totp: Uint8Array | null
  totp_last_step: number | null
  disabled: Flag
  created_at: number
  updated_at: number
  last_login_at: number | null
  version: number
}

interface RecoveryCodeTable {
  organization_id: string
  person_id: string
  digest: Uint8Array
}

interface SessionTable {
  organization_id: string
  id: string
  digest: Uint8Array
  person_id: string
  method: 'password' | 'sso'
  identity_provider_id: string | null
  created_at: number
  authenticated_at: number
  seen_at: number
  address: string | null
  user_agent: string | null
}

interface LoginThrottleTable {
  organization_id: string
  subject: string
  failures: number
  next_at: number
  updated_at: number
}

/** Tables of people, and of what they log in with. */
export interface PersonTables {
  person: PersonTable
  recovery_code: RecoveryCodeTable
  session: SessionTable
  login_throttle: LoginThrottleTable
}
