import type { DataKeyRecord } from './key-ports.ts'
import type { Page, PageRequest, Store } from './ports.ts'
import type { DeliveryRecord } from './webhook-ports.ts'

/**
 * Who changed something: a key, a person who had logged in, whoever runs this Sallyport, Sallyport itself, or somebody
 * by a connect link.
 */
export interface AuditActor {
  readonly kind: 'key' | 'person' | 'operator' | 'system' | 'connect_link'
  /** Of the key, the person or the link. */
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

/** Where a chain stood, signed by its organization's own key: kept elsewhere, it tells that what came before was cut. */
export interface AuditCheckpoint extends AuditHead {
  readonly organizationId: string
  readonly at: number
  /** Base64 of the SubjectPublicKeyInfo of an Ed25519 key. */
  readonly publicKey: string
  /** Base64. */
  readonly signature: string
}

/** How far the chain of an organization has come somewhere: `sequence` is 0 at the beginning. */
export interface AuditProgress {
  readonly organizationId: string
  readonly sequence: number
}

/** A webhook that is told of entries, and of which it was told. */
export interface AuditWebhook extends AuditProgress {
  readonly webhookId: string
}

/** Where lines of what is written to audits are kept besides. */
export interface AuditSink {
  /** Comes back once they are durable. */
  append(lines: readonly string[]): Promise<void>
}

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
    /** Id of an entry that is in no chain: nobody but somebody else can have written it. */
    stray(organizationId: string): Promise<string | undefined>
    /** Of all organizations: where more is to be signed than was, by number of entries or by time. */
    signingDue(which: {
      readonly entries: number
      readonly before: number
      readonly limit: number
    }): Promise<readonly AuditProgress[]>
    /** Newest first. */
    checkpoints(organizationId: string, page: PageRequest): Promise<Page<AuditCheckpoint>>
    /** With what webhooks are to be sent of it. False where as much has been signed already. */
    addCheckpoint(
      checkpoint: AuditCheckpoint,
      delivery: (webhookId: string) => DeliveryRecord,
    ): Promise<boolean>
    /** Accounts that hold or held a credential, by id. */
    generations(
      organizationId: string,
      which: { readonly since: number; readonly after: string | undefined; readonly limit: number },
    ): Promise<readonly { readonly id: string; readonly generation: number }[]>
    /** Of all organizations: whose accounts were recorded before this moment only, and when. */
    generationsDue(
      before: number,
      limit: number,
    ): Promise<readonly { readonly organizationId: string; readonly at: number }[]>
    generationsRecorded(organizationId: string, at: number): Promise<void>
    /** Of all organizations: what the export to a file lacks. */
    exportDue(limit: number): Promise<readonly AuditProgress[]>
    /** Has come to this place, unless it has come elsewhere meanwhile. */
    exported(from: AuditProgress, to: number): Promise<void>
    /** Of all organizations: webhooks that lack entries, and are not disabled. */
    webhooksDue(limit: number): Promise<readonly AuditWebhook[]>
    /** The same for a webhook, with what it is to be sent. */
    announce(from: AuditWebhook, to: number, deliveries: readonly DeliveryRecord[]): Promise<void>
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
