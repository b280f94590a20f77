/** Who waits, in order; organizations take turns. */
export class Turns<T> {
  readonly #waiting = new Map<string, T[]>()

  add(organizationId: string, item: T): void {
    const items = this.#waiting.get(organizationId)
    if (items) items.push(item)
    else this.#waiting.set(organizationId, [item])
  }

  remove(organizationId: string, item: T): void {
    const items = this.#waiting.get(organizationId)
    const at = items?.indexOf(item) ?? -1
    if (at >= 0) items?.splice(at, 1)
    if (items?.length === 0) this.#waiting.delete(organizationId)
  }

  /** The first of the organization whose turn it is, which is the last one's afterwards. */
  next(): T | undefined {
    for (const [organizationId, items] of this.#waiting) {
      const item = items.shift()
      this.#waiting.delete(organizationId)
      if (items.length > 0) this.#waiting.set(organizationId, items)
      return item
    }
    return undefined
  }
}
