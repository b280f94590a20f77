/** An organization's data key, wrapped by an outer key. That of state `audit` seals nothing: the MACs of the audit come of it. */
export interface DataKeyRecord {
  readonly id: string
  readonly organizationId: string
  readonly state: 'active' | 'decrypt' | 'dead' | 'audit'
  readonly wrapped: Buffer
  readonly createdAt: number
}

export interface DataKeyStore {
  get(organizationId: string, id: string): Promise<DataKeyRecord | undefined>
  active(organizationId: string): Promise<DataKeyRecord | undefined>
  /** That of state `audit`: there is one. */
  audit(organizationId: string): Promise<DataKeyRecord | undefined>
  /** Oldest first. */
  list(organizationId: string): Promise<readonly DataKeyRecord[]>
  /** Of all organizations, without dead ones, which are wrapped by nothing. */
  page(after: DataKeyRecord | undefined, limit: number): Promise<readonly DataKeyRecord[]>
  /** Compare-and-set on what wrapped it. */
  rewrap(before: DataKeyRecord, wrapped: Buffer): Promise<boolean>
}

/** A known value sealed by an outer key: proves at start that it is the right key. */
export interface KeyCheckRecord {
  readonly keyId: string
  readonly sealed: Buffer
}

/** The sealed check value is read before anything is written, migrations included. */
export interface KeyCheckStore {
  /** Undefined: the database is new. */
  read(): Promise<readonly KeyCheckRecord[] | undefined>
  write(check: KeyCheckRecord): Promise<void>
  /** Ids of outer keys that wrap no data key. */
  unused(): Promise<readonly string[]>
  forget(keyId: string): Promise<void>
  /** Writes the first ones of a new database: those of one node, though several begin at once. */
  writeFirst(checks: readonly KeyCheckRecord[]): Promise<void>
}
