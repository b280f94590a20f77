import type { LaneRecord } from '../ports.ts'

type Lane = Pick<LaneRecord, 'organizationId' | 'integrationId'>

/**
 * How lanes share what a process can do at once: each has its turn, and none so much that the next one, whoever that
 * is, finds nothing left.
 */
export class Lanes {
  readonly #capacity: number
  readonly #underWay = new Map<string, number>()
  /** Turns of lanes that were served, in the order in which they were. */
  readonly #turns = new Map<string, number>()
  #turn = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Renewals under way, of all lanes. */
  get underWay(): number {
    let total = 0
    for (const count of this.#underWay.values()) total += count
    return total
  }

  /** Those served longest ago first; as they were given where that is the same. */
  inTurn<Due extends Lane>(due: readonly Due[]): readonly Due[] {
    const keys = new Set(due.map(keyOf))
    for (const key of this.#turns.keys()) if (!keys.has(key)) this.#turns.delete(key)
    const turn = (lane: Due) => this.#turns.get(keyOf(lane)) ?? 0
    return due.toSorted((one, other) => turn(one) - turn(other))
  }

  /** How many renewals of a lane may begin, where so many lanes have work. */
  roomOf(lane: Lane, due: readonly Lane[]): number {
    const active = new Set([...this.#underWay.keys(), ...due.map(keyOf)]).size
    // One share more than there are lanes: whoever comes next does not wait for a provider that is slow.
    const share = Math.max(1, Math.floor(this.#capacity / (active + 1)))
    const own = this.#underWay.get(keyOf(lane)) ?? 0
    return Math.max(0, Math.min(share - own, this.#capacity - this.underWay))
  }

  served(lane: Lane): void {
    this.#turn += 1
    this.#turns.set(keyOf(lane), this.#turn)
  }

  began(lane: Lane, count = 1): void {
    this.#underWay.set(keyOf(lane), (this.#underWay.get(keyOf(lane)) ?? 0) + count)
  }

  ended(lane: Lane, count = 1): void {
    const left = (this.#underWay.get(keyOf(lane)) ?? 0) - count
    if (left > 0) this.#underWay.set(keyOf(lane), left)
    else this.#underWay.delete(keyOf(lane))
  }
}

function keyOf({ organizationId, integrationId }: Lane): string {
  return `${organizationId}/${integrationId}`
}
