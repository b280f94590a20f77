/**
 * How lanes share what a process can do at once: each has its turn, and none so much that the next one, whoever that
 * is, finds nothing left.
 */
export class Lanes<Lane> {
  readonly #capacity: number
  readonly #keyOf: (lane: Lane) => string
  readonly #underWay = new Map<string, number>()
  /** Turns of lanes that were served, in the order in which they were. */
  readonly #turns = new Map<string, number>()
  #turn = 0

  constructor(capacity: number, keyOf: (lane: Lane) => string) {
    this.#capacity = capacity
    this.#keyOf = keyOf
  }

  /** What is under way, of all lanes. */
  get underWay(): number {
    let total = 0
    for (const count of this.#underWay.values()) total += count
    return total
  }

  /** Those served longest ago first; as they were given where that is the same. */
  inTurn(due: readonly Lane[]): readonly Lane[] {
    const keys = new Set(due.map(this.#keyOf))
    for (const key of this.#turns.keys()) if (!keys.has(key)) this.#turns.delete(key)
    const turn = (lane: Lane) => this.#turns.get(this.#keyOf(lane)) ?? 0
    return due.toSorted((one, other) => turn(one) - turn(other))
  }

  /** How many more of a lane may begin, where so many lanes have work. */
  roomOf(lane: Lane, due: readonly Lane[], mostOfLane = this.#capacity): number {
    const active = new Set([...this.#underWay.keys(), ...due.map(this.#keyOf)]).size
    // One share more than there are lanes: whoever comes next does not wait for a provider that is slow.
    const share = Math.min(mostOfLane, Math.max(1, Math.floor(this.#capacity / (active + 1))))
    const own = this.#underWay.get(this.#keyOf(lane)) ?? 0
    return Math.max(0, Math.min(share - own, this.#capacity - this.underWay))
  }

  served(lane: Lane): void {
    this.#turn += 1
    this.#turns.set(this.#keyOf(lane), this.#turn)
  }

  began(lane: Lane, count = 1): void {
    this.#underWay.set(this.#keyOf(lane), (this.#underWay.get(this.#keyOf(lane)) ?? 0) + count)
  }

  ended(lane: Lane, count = 1): void {
    const left = (this.#underWay.get(this.#keyOf(lane)) ?? 0) - count
    if (left > 0) this.#underWay.set(this.#keyOf(lane), left)
    else this.#underWay.delete(this.#keyOf(lane))
  }
}
