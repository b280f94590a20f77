/** What a node is told while it runs. */
export interface Order {
  /** As `FAILPOINT` has it; empty for none. */
  readonly failpoint: string
  /** How far its wall clock has gone ahead when it wakes from a stop. */
  readonly wakesLaterMilliseconds: number
}
