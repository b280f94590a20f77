/** What a key is limited to besides its scopes; `accounts` in place of the key's own. */
export interface KeyLimitTable {
  organization_id: string
  key_id: string
  environment: string | null
  app_id: string | null
  profile: string | null
  /** JSON. */
  accounts: string | null
  /** JSON. */
  tags: string | null
  /** JSON. */
  addresses: string | null
}

export interface AppTable {
  organization_id: string
  id: string
  key: string
  key_folded: string
  name: string
  version: number
  created_at: number
  updated_at: number
}

export interface AdapterTable {
  organization_id: string
  app_id: string
  name: string
  name_folded: string
  position: number
  integration_id: string
  description: string | null
}

export interface ProfileTable {
  organization_id: string
  app_id: string
  name: string
  name_folded: string
  environment: string
  /** JSON. */
  settings: string
  version: number
  created_at: number
  updated_at: number
}

/** Profile and adapter by their folded names. */
export interface BindingTable {
  organization_id: string
  app_id: string
  profile: string
  adapter: string
  account_id: string
}
