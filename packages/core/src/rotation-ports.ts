import type { DataKeyRecord } from './key-ports.ts'
import type { Page, PageRequest } from './ports.ts'
import type { AnySealedColumn, SealedRow } from './sealed-columns.ts'

/** How far a pass through all that is sealed has come. */
export interface RotationPlace {
  /** `account.credential`; undefined before the first. */
  readonly column: string | undefined
  /** Where its next page begins; undefined at its first. */
  readonly cursor: string | undefined
  /** Values that this pass has met under another key than the active one, and of these those that could not be opened. */
  readonly found: number
  readonly failed: number
}

/** An organization's data key is being replaced: what it has sealed is sealed anew. Times are the store's own. */
export interface KeyRotationRecord extends RotationPlace {
  readonly organizationId: string
  readonly id: string
  /** Of the key that everything is sealed with from now on. */
  readonly dataKeyId: string
  /**
   * `running`: the first pass seals everything anew. `settling`: later passes find what was sealed with an old key
   * meanwhile. `done`: the old keys are dead, unless something could not be opened. `superseded`: by another rotation.
   */
  readonly state: 'running' | 'settling' | 'done' | 'superseded'
  /** Rows that the first pass has looked at, and how many there were when it began. */
  readonly done: number
  readonly total: number
  readonly startedAt: number
  /** Old keys are not dead before. */
  readonly keepUntil: number
  /** When somebody is to go on with it; whoever does moves it, so that nobody else does. */
  readonly dueAt: number
  readonly endedAt: number | undefined
  /** When this was read. */
  readonly readAt: number
}

/** What is to be started. */
export type NewKeyRotation = Pick<KeyRotationRecord, 'organizationId' | 'id' | 'total'> & {
  readonly dataKey: DataKeyRecord
  readonly keepMilliseconds: number
}

/** What changes of a rotation while somebody goes on with it. */
export type RotationStep = RotationPlace &
  Pick<KeyRotationRecord, 'state' | 'done'> & {
    /** When it is due again, should nobody go on with it. */
    readonly dueInMilliseconds: number
  }

/** Who turns which keys. Each method is one transaction. */
export interface KeyRotationStore {
  /**
   * Makes the key active and its predecessor one that only opens. False while another rotation of the organization is
   * `running`; one that is `settling` is superseded.
   */
  start(rotation: NewKeyRotation): Promise<boolean>
  get(organizationId: string, id: string): Promise<KeyRotationRecord | undefined>
  /** Newest first. */
  list(organizationId: string, page: PageRequest): Promise<Page<KeyRotationRecord>>
  /** Of all organizations: takes one that is due, and makes it due again only after so long, should nobody go on. */
  claimDue(leaseMilliseconds: number): Promise<KeyRotationRecord | undefined>
  /** The rotation as it is now; undefined where somebody else has it. */
  advance(rotation: KeyRotationRecord, step: RotationStep): Promise<KeyRotationRecord | undefined>
  /**
   * Ends it. Without failures the organization's keys that only open are dead from now on, and what wrapped them is
   * destroyed. False where somebody else has it.
   */
  end(rotation: KeyRotationRecord): Promise<boolean>
  /** Whether a renewal is under way that began before: its answer may be sealed with a key of that time. */
  hasRenewalsSince(organizationId: string, before: number, silenceMilliseconds: number): Promise<boolean>
}

/** A page of one column's rows, and what of it was not sealed with the key that was asked for. */
export interface SealedPage {
  readonly rows: number
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined
  readonly values: readonly SealedValue[]
}

export interface SealedValue {
  readonly row: SealedRow & { readonly organizationId: string }
  readonly blob: Buffer
}

/** What data keys have sealed, wherever it lies. */
export interface SealedValueStore {
  /** How many rows a pass looks at. */
  count(organizationId: string): Promise<number>
  /** Of the values, those which begin otherwise than `prefix`. */
  page(
    organizationId: string,
    column: AnySealedColumn,
    page: { readonly after: string | undefined; readonly limit: number; readonly prefix: Buffer },
  ): Promise<SealedPage>
  /** Compare-and-set: where another value stands by now, that stays. */
  replace(column: AnySealedColumn, value: SealedValue, blob: Buffer): Promise<boolean>
}

export interface RotationStores {
  keyRotations: KeyRotationStore
  sealedValues: SealedValueStore
}
