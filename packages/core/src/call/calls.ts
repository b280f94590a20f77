import type { CallEvents } from './call-events.ts'
import type { CallRecord } from './record.ts'

/** Who is told of each call besides the events, on its path: it takes what it needs, and is quick. */
export interface CallObserver {
  /** `traceparent`: the caller's own, as it was sent. */
  began?(record: CallRecord, traceparent: string | undefined): void
  ended(record: CallRecord): void
}

/** Follows each call from its arrival to its last byte. */
export class Calls {
  readonly #events: CallEvents | undefined
  readonly #observers: readonly CallObserver[]
  readonly #watchesBeginnings: boolean
  #underWay = 0

  constructor(events: CallEvents | undefined, observers: readonly CallObserver[]) {
    this.#events = events
    this.#observers = observers
    this.#watchesBeginnings = observers.some(({ began }) => began !== undefined)
  }

  /** How many have not ended. */
  get underWay(): number {
    return this.#underWay
  }

  /** To be called when a call arrives; `traceparent` is the caller's. */
  begin(record: CallRecord, traceparent: string | undefined): CallRecord {
    this.#underWay += 1
    if (this.#watchesBeginnings) for (const observer of this.#observers) observer.began?.(record, traceparent)
    return record
  }

  /** To be called once, when its last byte has been handed over or nobody waits for it any more. */
  end(record: CallRecord): void {
    this.#underWay -= 1
    record.endedAt = performance.now()
    this.#events?.add(record)
    for (const observer of this.#observers) observer.ended(record)
  }
}
