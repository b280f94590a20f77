/** What of an instance is remembered outside of its database, by each node. */
export interface InstanceSeen {
  /** Random, made with the database. */
  readonly id: string
  /** Only grows, unless the database is set back. */
  readonly epoch: number
}

/** What a database says of itself. */
export interface InstanceRecord extends InstanceSeen {
  /** Whether it still lives where it was made or adopted: a copy lives elsewhere. */
  readonly isHere: boolean
  /** The highest epoch that a node had seen when it found the database set back. Until it is settled, nobody renews. */
  readonly rolledBackFrom: number | undefined
  /** The moment that it was set back to by `sallyport restore`, until it is settled. */
  readonly backupAt: number | undefined
  /** When it was last adopted although something stood against it: refresh tokens of before may have been used up. */
  readonly adoptedAt: number | undefined
}

/** How much a quarantine destroyed. */
export interface QuarantineCounts {
  readonly accounts: number
  readonly revocations: number
  readonly devicePolls: number
  readonly flows: number
  readonly renewals: number
  readonly webhooks: number
}

/** The one row in which a database says what it is. */
export interface InstanceStore {
  read(): Promise<InstanceRecord | undefined>
  /** At the first epoch, living here. Of several that create it at once, one does. */
  create(id: string): Promise<void>
  /** The next epoch; undefined where the database is another, lives elsewhere, or was set back behind `seen`. */
  advance(seen: InstanceSeen): Promise<number | undefined>
  /** Tells every node that the database was set back: this one has seen more of it. */
  noteRollback(seen: InstanceSeen): Promise<void>
  /**
   * The database is the one that goes on: it lives here, at this later epoch, and was not set back. `adoptedAt` is now,
   * where something had stood against it.
   */
  settle(instance: InstanceSeen, adoptedAt: number | undefined): Promise<void>
  /**
   * Makes a copy harmless for the original, and an instance of its own: destroys every credential that a provider issued
   * or that can be renewed, ends what is under way, and disables webhooks.
   */
  quarantine(instance: InstanceSeen): Promise<QuarantineCounts>
}

/** Where a node keeps what it last saw: not in the database, and not restored with it. */
export interface InstanceMemory {
  read(): Promise<InstanceSeen | undefined>
  write(seen: InstanceSeen): Promise<void>
}
