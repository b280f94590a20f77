import type { BuiltInRoleName } from '@sallyport/contract'
import type { SignOnPurpose } from '@sallyport/core/ports'
import type { Flag } from './tables.ts'

interface RoleTable {
  organization_id: string
  id: string
  key: string
  key_folded: string
  name: string
  base: BuiltInRoleName
  /** JSON. */
  without: string
  created_at: number
}

interface InvitationTable {
  organization_id: string
  id: string
  email: string
  email_folded: string
  role: string
  digest: Uint8Array
  created_at: number
  expires_at: number
}

interface IdentityProviderTable {
  organization_id: string
  id: string
  key: string
  key_folded: string
  name: string
  issuer: string
  client_id: string
  secret: Uint8Array | null
  /** JSON. */
  scopes: string
  default_role: string | null
  /** JSON. */
  allowed_email_domains: string
  sso_only: Flag
  disabled: Flag
  version: number
  created_at: number
  updated_at: number
}

interface UserIdentityTable {
  organization_id: string
  issuer: string
  subject: string
  person_id: string
  created_at: number
}

interface SignOnFlowTable {
  organization_id: string
  id: string
  provider_id: string
  state_hash: string
  browser_hash: string
  purpose: SignOnPurpose
  subject_id: string | null
  memory: Uint8Array
  created_at: number
  expires_at: number
}

/** Tables of roles and invitations, and of how people log in by identity providers. */
export interface SignOnTables {
  role: RoleTable
  invitation: InvitationTable
  identity_provider: IdentityProviderTable
  user_identity: UserIdentityTable
  sign_on_flow: SignOnFlowTable
}
