interface KeyRotationTable {
  organization_id: string
  id: string
  data_key_id: string
  state: string
  /** `table.column` of the register. */
  column_name: string | null
  /** JSON: the key of the last row that was looked at. */
  cursor: string | null
  found: number
  failed: number
  done: number
  total: number
  started_at: number
  keep_until: number
  due_at: number
  ended_at: number | null
}

export interface RotationTables {
  key_rotation: KeyRotationTable
}
