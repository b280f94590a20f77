import { traceOf } from '../error.ts'
import { randomText } from '../id.ts'
import {
  batchSpanMilliseconds,
  type CallBatch,
  type CallEventRecord,
  type Clock,
  type Log,
  orderedIdAt,
  type Random,
  type Store,
} from '../ports.ts'
import { pathTemplate } from './path-template.ts'
import { bytesOf, type CallRecord, phasesOf } from './record.ts'
import { shownHost } from './shown-host.ts'

export interface CallEventPorts {
  readonly store: Pick<Store, 'calls'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export interface CallEventLimits {
  /** Calls that may wait to be written; beyond it the oldest are given up, so that the passage never waits. */
  readonly mostWaiting: number
  /** So many are written at once; when they have come together, without waiting for the next second. */
  readonly mostAtOnce: number
}

const usual: CallEventLimits = { mostWaiting: 20_000, mostAtOnce: 500 }
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'

/** An event, and whose it is. */
interface Told {
  readonly organizationId: string
  readonly event: CallEventRecord
}

/**
 * Writes an event of each call, in batches and off the path. The event is made as the call ends, while what it is made of
 * is at hand: what waits to be written is small then, and nothing of a call outlives it.
 */
export class CallEvents {
  readonly #ports: CallEventPorts
  readonly #limits: CallEventLimits
  /** The end of each id: unlike any other process's, so that none takes randomness of its own. */
  readonly #process: string
  #waiting: Told[] = []
  /** What could not be written, with the ids that it may have been written by after all. */
  #unwritten: Told[] = []
  #writing: Promise<void> | undefined
  #lastAt = 0
  /** What the ids of that moment begin with. */
  #begin = orderedIdAt('evt', 0)
  #count = 0
  #written = 0
  #dropped = 0

  constructor(ports: CallEventPorts, limits: CallEventLimits = usual) {
    this.#ports = ports
    this.#limits = limits
    this.#process = randomText(ports.random, 12, alphabet)
  }

  /** How many were written, given up, and wait. */
  get counts(): { readonly written: number; readonly dropped: number; readonly waiting: number } {
    return { written: this.#written, dropped: this.#dropped, waiting: this.#size }
  }

  get #size(): number {
    return this.#waiting.length + this.#unwritten.length
  }

  /** Takes a call that has ended; those of whom nobody knows the organization make no event. */
  add(record: CallRecord): void {
    const organizationId = record.principal?.organizationId
    if (organizationId === undefined) return
    this.#waiting.push({ organizationId, event: this.#event(this.#ports.clock.now(), record) })
    if (this.#waiting.length < this.#limits.mostAtOnce) return
    if (this.#size > this.#limits.mostWaiting) this.#giveUp(this.#limits.mostAtOnce)
    else if (this.#unwritten.length === 0) void this.flush()
  }

  /** Writes all that has ended; what cannot be written waits for the next time. */
  flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #write(): Promise<void> {
    const { store, log } = this.#ports
    while (this.#size > 0) {
      // Calls go on between one part and the next.
      await new Promise<void>((resolve) => setImmediate(resolve))
      const isFirst = this.#unwritten.length === 0
      const part = (isFirst ? this.#waiting : this.#unwritten).splice(0, this.#limits.mostAtOnce)
      try {
        await store.calls.add(batchesOf(part))
        this.#written += part.length
      } catch (error) {
        if (isFirst) log.error({ cause: traceOf(error) }, 'events of calls could not be written yet')
        this.#unwritten = part.concat(this.#unwritten)
        const surplus = this.#size - this.#limits.mostWaiting
        if (surplus > 0) this.#giveUp(surplus)
        return
      }
    }
  }

  /** Takes the oldest away. */
  #giveUp(count: number): void {
    const unwritten = this.#unwritten.splice(0, count).length
    this.#waiting.splice(0, count - unwritten)
    this.#dropped += count
  }

  #event(at: number, record: CallRecord): CallEventRecord {
    const { target, last } = record
    const { queued, token, connect, firstByte, total } = phasesOf(record)
    const { up, down } = bytesOf(record)
    return {
      id: this.#id(at),
      at,
      accountId: target?.account.id,
      integration: target?.integration.key,
      environment: target?.account.environment,
      keyId: record.principal?.keyId,
      requestId: record.requestId,
      method: record.method,
      host: target && last && shownHost(target, last.origin),
      path: pathTemplate(record.path),
      status: record.status,
      code: record.code,
      brokenBy: record.brokenBy,
      attempts: record.attempts.length,
      bytesUp: up,
      bytesDown: down,
      queued: rounded(queued),
      token: rounded(token),
      connect: rounded(connect),
      firstByte: rounded(firstByte),
      total: tenths(total),
    }
  }

  /** As other events' ids: nine characters of time, four of order within it, and twelve that tell processes apart. */
  #id(at: number): string {
    this.#count += 1
    if (at > this.#lastAt) {
      this.#count = 0
      this.#lastAt = at
      this.#begin = orderedIdAt('evt', at)
    }
    return `${this.#begin}${this.#count.toString(36).padStart(4, '0')}${this.#process}`
  }
}

function rounded(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : tenths(milliseconds)
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}

/** By organization, and none longer than readers count on. */
function batchesOf(part: readonly Told[]): CallBatch[] {
  const batches: CallBatch[] = []
  const open = new Map<string, { readonly from: number; readonly calls: CallEventRecord[] }>()
  for (const { organizationId, event } of part) {
    const last = open.get(organizationId)
    if (last && event.at - last.from < batchSpanMilliseconds && event.at >= last.from) {
      last.calls.push(event)
      continue
    }
    const calls = [event]
    open.set(organizationId, { from: event.at, calls })
    batches.push({ organizationId, calls })
  }
  return batches
}
