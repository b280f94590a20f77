import { Lanes } from './lanes.ts'

/** What is done, and for whom. */
export interface LaneWorkOptions<Lane, Item> {
  /** Items that one process has under way. */
  readonly mostAtOnce: number
  /** Of one lane; unless said, as many as its share is. */
  readonly mostOfLane?: number
  /** After how many have ended there is room that is worth another look before the next second; unless said, 50. */
  readonly enoughEnded?: number
  readonly keyOf: (lane: Lane) => string
  /** Lanes with something due, those that wait longest first. */
  readonly lanes: () => Promise<readonly Lane[]>
  /** Takes of a lane what is due, at most `room`; and whether there may be more. */
  readonly claim: (
    lane: Lane,
    room: number,
  ) => Promise<{ readonly items: readonly Item[]; readonly hasMore: boolean }>
  /** Never fails. */
  readonly work: (item: Item, lane: Lane) => Promise<void>
  /** Told of a look that failed with nobody waiting for it. */
  readonly failed: (cause: unknown) => void
}

/** Lanes that are looked at together: for each the database is asked several times, one after the other. */
const lanesAtOnce = 8

/**
 * Does what is due for many providers, a lane for each. What is due stands in the database, so that any number of
 * processes share the work, each item goes to one of them, and one that dies takes nothing with it. A provider that is
 * slow holds up nobody else.
 */
export class LaneWork<Lane, Item> {
  readonly #options: LaneWorkOptions<Lane, Item>
  readonly #lanes: Lanes<Lane>
  readonly #underWay = new Set<Promise<void>>()
  #look: Promise<void> | undefined
  /** Whether more could be begun if there were room. */
  #hasMore = false
  #endedSinceLook = 0
  #isClosing = false

  constructor(options: LaneWorkOptions<Lane, Item>) {
    this.#options = options
    this.#lanes = new Lanes(options.mostAtOnce, options.keyOf)
  }

  get isClosing(): boolean {
    return this.#isClosing
  }

  /** Begins what is due, and comes back when all that is under way by then has ended. It may be called again before. */
  async runDue(): Promise<void> {
    await this.#lookOnce()
    await Promise.allSettled(this.#underWay)
  }

  /** Begins nothing any more. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#look?.catch(() => undefined)
  }

  /** Waits for what is under way, for shutting down. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  /** One look at a time. */
  async #lookOnce(): Promise<void> {
    if (this.#isClosing) return
    this.#look ??= this.#lookAround().finally(() => {
      this.#look = undefined
    })
    await this.#look
  }

  async #lookAround(): Promise<void> {
    this.#endedSinceLook = 0
    this.#hasMore = false
    const due = await this.#options.lanes()
    const inTurn = this.#lanes.inTurn(due).values()
    const looks = Array.from({ length: lanesAtOnce }, () => this.#serveInTurn(inTurn, due))
    // All of them, so that one look has ended when the next begins.
    const failed = (await Promise.allSettled(looks)).find((look) => look.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** Serves whichever lane is next, until there is none. */
  async #serveInTurn(inTurn: Iterable<Lane>, due: readonly Lane[]): Promise<void> {
    for (const lane of inTurn) {
      if (this.#isClosing) return
      const room = this.#lanes.roomOf(lane, due, this.#options.mostOfLane)
      if (room > 0) await this.#serve(lane, room)
      else this.#hasMore = true
    }
  }

  async #serve(lane: Lane, room: number): Promise<void> {
    // Nobody else is to have the room while it is found out how much of it is taken.
    this.#lanes.began(lane, room)
    const { items, hasMore } = await this.#options
      .claim(lane, room)
      .finally(() => this.#lanes.ended(lane, room))
    if (hasMore) this.#hasMore = true
    if (items.length > 0) this.#lanes.served(lane)
    for (const item of items) this.#begin(lane, item)
  }

  #begin(lane: Lane, item: Item): void {
    this.#lanes.began(lane)
    const work = this.#options.work(item, lane).finally(() => {
      this.#underWay.delete(work)
      this.#lanes.ended(lane)
      this.#endedSinceLook += 1
      const { enoughEnded = 50 } = this.#options
      if (!this.#hasMore || (this.#endedSinceLook < enoughEnded && this.#lanes.underWay > 0)) return
      void this.#lookOnce().catch(this.#options.failed)
    })
    this.#underWay.add(work)
  }
}
