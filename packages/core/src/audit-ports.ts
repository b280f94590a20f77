import type { DataKeyRecord } from './key-ports.ts'
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

/** What is to be written down; the store says when, and where in the chain. */
export type AuditEntry = Omit<AuditRecord, 'id' | 'at' | 'organizationId'>

/** An entry letter by letter as it is stored: `changes` is JSON. */
export interface StoredAudit extends Omit<AuditRecord, 'changes'> {
  readonly changes: string
}

/** An entry in the chain of its organization. */
export interface ChainedAudit extends StoredAudit {
  /** From 1, without gaps. */
  readonly sequence: number
  /** Base64, of this entry and by that of all before. */
  readonly hash: string
  /** Base64, by a key that is not in the database. */
  readonly mac: string
}

/** Where a chain ends: at `sequence` 0 while it holds nothing. */
export type AuditHead = Pick<ChainedAudit, 'sequence' | 'hash'>

/** Chains an entry to the one before, of which there is the hash. */
export type ChainAudit = (entry: StoredAudit, previousHash: string) => Pick<ChainedAudit, 'hash' | 'mac'>

/** The keys of chains, of which the store knows nothing. */
export interface AuditKeys {
  /** At once, when it is known. */
  of(organizationId: string): ChainAudit | Promise<ChainAudit>
}

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
    /** Where the chain ends; undefined where there is none. */
    head(organizationId: string): Promise<AuditHead | undefined>
    /** Entries of a chain, from its beginning or after one of them. */
    chain(
      organizationId: string,
      after: Pick<ChainedAudit, 'sequence' | 'id'> | undefined,
      limit: number,
    ): Promise<readonly ChainedAudit[]>
    /** Organizations from before there were chains. */
    unchained(): Promise<readonly string[]>
    /** Chains what is there already, and then the entry that says so. False when there is a chain. */
    begin(key: DataKeyRecord, chain: ChainAudit, entry: (count: number) => AuditEntry): Promise<boolean>
  }
  /** The same store, which chains what it writes down: without these keys it writes nothing down. */
  chainedBy(keys: AuditKeys): Store
  /**
   * Runs methods of the store, given as `store`, and writes down who did it, all in one transaction: neither is without
   * the other. What `run` does besides must not wait for anything but those methods, and be repeatable: the transaction
   * may run again. Where `entry` gives undefined, as after a comparison that lost, nothing is written down.
   */
  recorded<Result>(
    organizationId: string,
    run: (store: Store) => Promise<Result>,
    entry: (result: Result) => AuditEntry | undefined,
  ): Promise<Result>
}
