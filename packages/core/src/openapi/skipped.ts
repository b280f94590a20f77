import type { SkippedPart } from '@sallyport/contract'
import { bounds } from './bounds.ts'

/** What of the document has no counterpart, each said once. */
export class Skipped {
  readonly parts: SkippedPart[] = []
  more = 0
  readonly #said = new Set<string>()

  add(part: SkippedPart): void {
    const identity = `${part.operation ?? ''} ${part.path} ${part.reason}`
    if (this.#said.has(identity)) return
    if (this.parts.length >= bounds.skipped) {
      this.more += 1
      return
    }
    this.#said.add(identity)
    this.parts.push({ ...part, reason: part.reason.slice(0, bounds.reason) })
  }
}
