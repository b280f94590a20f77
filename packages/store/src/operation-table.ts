export interface OperationTable {
  organization_id: string
  id: string
  key: string
  key_folded: string
  name: string
  /** Key of an integration, folded. */
  integration: string | null
  /** JSON. */
  definition: string
  version: number
  created_at: number
  updated_at: number
}
