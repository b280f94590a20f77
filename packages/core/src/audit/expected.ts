import type { AuditCheckpoint } from '../ports.ts'
import type { AuditProblem } from './problem.ts'
import type { ChainEntry, ChainStart } from './walk.ts'

/** What checkpoints say that a chain holds, to be compared as it is walked. */
export class Expected {
  readonly #hashes = new Map<number, string>()
  #differing: number | undefined
  /** The furthest place that any of them tells of. */
  readonly furthest: number

  constructor(checkpoints: readonly Pick<AuditCheckpoint, 'sequence' | 'hash'>[]) {
    for (const { sequence, hash } of checkpoints) {
      const other = this.#hashes.get(sequence)
      // Two that differ: whichever the chain holds, it is not what was signed.
      this.#hashes.set(sequence, other === undefined || other === hash ? hash : '')
    }
    this.furthest = Math.max(0, ...this.#hashes.keys())
  }

  pass({ sequence, hash }: Pick<ChainEntry, 'sequence' | 'hash'>): void {
    const expected = this.#hashes.get(sequence)
    if (expected !== undefined && expected !== hash) this.#differing ??= sequence
  }

  /** Where the chain first differs; the entries before may have been exchanged as well. */
  differing(): readonly AuditProblem[] {
    return this.#differing === undefined ? [] : [{ kind: 'rewritten', sequence: this.#differing }]
  }

  /** Whether entries are missing at the end of a chain, by these or by where its end is written down. */
  cut(last: ChainStart, head: ChainStart | undefined): readonly AuditProblem[] {
    const isShort = !head || last.sequence < Math.max(head.sequence, this.furthest)
    return isShort ? [{ kind: 'tail_cut', sequence: last.sequence + 1 }] : []
  }
}
