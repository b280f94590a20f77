import type { Page, PageRequest, Store } from './ports.ts'

/** Who changed something: a key, a person who had logged in, whoever runs this Sallyport, or Sallyport itself. */
export interface AuditActor {
  readonly kind: 'key' | 'person' | 'operator' | 'system'
  /** Of the key or the person. */
  readonly id: string | undefined
}

/** One field that changed, by JSON Pointer. Of a secret there is only that. */
export interface AuditChange {
  readonly field: string
  readonly before?: unknown
  readonly after?: unknown
  readonly secret?: true
}

/** Who did what to what, and from where. It outlives its target, and is never changed. */
export interface AuditRecord {
  readonly organizationId: string
  /** Sorts by age. */
  readonly id: string
  readonly at: number
  readonly actor: AuditActor
  /** Where the request came from; undefined for what came from no request. */
  readonly address: string | undefined
  /** What was done: `integration.updated` and so on. */
  readonly action: string
  readonly target: {
    readonly kind: string
    readonly id: string
    /** Its key or name at that time. */
    readonly name: string | undefined
  }
  /** Without secrets. */
  readonly changes: readonly AuditChange[]
}

/** What is to be written down; the store says when. */
export type AuditEntry = Omit<AuditRecord, 'id' | 'at'>

export interface AuditFilter {
  readonly action?: string
  /** Id of the key or the person. */
  readonly actor?: string
  /** Id, key or name of what was changed. */
  readonly target?: string
  /** Ids from here on, and before there. */
  readonly from?: string
  readonly before?: string
}

export interface AuditStores {
  audit: {
    /** Newest first. */
    list(organizationId: string, filter: AuditFilter, page: PageRequest): Promise<Page<AuditRecord>>
  }
  /**
   * Runs methods of the store, given as `store`, and writes down who did it, all in one transaction: neither is without
   * the other. What `run` does besides must not wait for anything but those methods, and be repeatable: the transaction
   * may run again. Where `entry` gives undefined, as after a comparison that lost, nothing is written down.
   */
  recorded<Result>(
    run: (store: Store) => Promise<Result>,
    entry: (result: Result) => AuditEntry | undefined,
  ): Promise<Result>
}
