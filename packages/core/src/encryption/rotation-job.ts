import { silenceMilliseconds } from '../credentials/protocol.ts'
import { traceOf } from '../error.ts'
import type { AuditEntry, KeyRotationRecord, Store, Timers } from '../ports.ts'
import { nextPage, type PassPorts } from './rotation-pass.ts'

export interface RotationJobPorts extends PassPorts {
  readonly store: Store
  readonly timers: Timers
  /**
   * How long after a key has turned something may still be written that was sealed with the one before; and after how
   * long another process goes on where one has died.
   */
  readonly settleMilliseconds: number
}

const lookAgainMilliseconds = 5_000
const betweenLinesMilliseconds = 10_000
const longestPauseMilliseconds = 200

/** Goes on with rotations that are due: of all processes one at a time with each, from wherever the last one came to. */
export class RotationJob {
  readonly #ports: RotationJobPorts
  readonly #closing = new AbortController()
  #underWay: Promise<void> | undefined
  #lineAt = Number.NEGATIVE_INFINITY

  constructor(ports: RotationJobPorts) {
    this.#ports = ports
  }

  /** Takes one where none is under way in this process, and does not wait for it. */
  async runDue(): Promise<void> {
    if (this.#underWay || this.#closing.signal.aborted) return
    const rotation = await this.#ports.store.keyRotations.claimDue(this.#ports.settleMilliseconds)
    if (!rotation) return
    this.#underWay = this.#goOn(rotation)
      // Whoever comes when the lease has ended goes on from the last page.
      .catch((cause: unknown) =>
        this.#ports.log.error({ rotation: rotation.id, cause: traceOf(cause) }, 'key rotation interrupted'),
      )
      .finally(() => {
        this.#underWay = undefined
      })
  }

  /** Leaves what is under way to the next process, at the end of a page. */
  async settled(): Promise<void> {
    this.#closing.abort()
    await this.#underWay
  }

  async #goOn(claimed: KeyRotationRecord): Promise<void> {
    const { timers, store } = this.#ports
    let rotation: KeyRotationRecord | undefined = claimed
    this.#lineAt = Number.NEGATIVE_INFINITY
    while (rotation && !this.#closing.signal.aborted) {
      const began = timers.monotonic()
      rotation = await this.#step(rotation)
      // Renewals and calls have the database for at least as long.
      const pause = Math.min(timers.monotonic() - began, longestPauseMilliseconds)
      await timers.wait(pause, this.#closing.signal)
    }
    if (rotation) await store.keyRotations.advance(rotation, { ...rotation, dueInMilliseconds: 0 })
  }

  /** Undefined where it waits, has ended, or has gone to somebody else. */
  async #step(rotation: KeyRotationRecord): Promise<KeyRotationRecord | undefined> {
    const { keyRotations } = this.#ports.store
    const wait = await this.#waits(rotation)
    if (wait > 0) {
      await keyRotations.advance(rotation, { ...rotation, dueInMilliseconds: wait })
      return undefined
    }
    const { place, rows, isLast } = await nextPage(this.#ports, rotation)
    const done = rotation.state === 'running' ? rotation.done + rows : rotation.done
    const next = { ...place, state: rotation.state, done, dueInMilliseconds: this.#ports.settleMilliseconds }
    if (!isLast) {
      this.#tell({ ...rotation, ...next })
      return keyRotations.advance(rotation, next)
    }
    const hasFound = place.found > place.failed
    if (rotation.state === 'running' || hasFound) {
      // What was found in a later pass was sealed by somebody slow: that may happen once more.
      const dueInMilliseconds = rotation.state === 'running' ? 0 : this.#ports.settleMilliseconds
      await keyRotations.advance(rotation, { ...next, state: 'settling', dueInMilliseconds })
      return undefined
    }
    await this.#end({ ...rotation, ...next })
    return undefined
  }

  /**
   * The last pass begins only once nothing can be written any more that was sealed before. A renewal under way since
   * then may bring an answer that a journal keeps: its key does not die before that renewal ends.
   */
  async #waits(rotation: KeyRotationRecord): Promise<number> {
    if (rotation.state !== 'settling' || rotation.column !== undefined) return 0
    if (rotation.readAt < rotation.keepUntil) return rotation.keepUntil - rotation.readAt
    const { store, settleMilliseconds } = this.#ports
    const before = rotation.startedAt + settleMilliseconds
    const { organizationId } = rotation
    const isHeld = await store.keyRotations.hasRenewalsSince(organizationId, before, silenceMilliseconds)
    return isHeld ? lookAgainMilliseconds : 0
  }

  async #end(rotation: KeyRotationRecord): Promise<void> {
    const { store, log } = this.#ports
    const { failed, total } = rotation
    const isEnded = await store.recorded(
      rotation.organizationId,
      (inner) => inner.keyRotations.end(rotation),
      (hasEnded) => (hasEnded ? endedEntry(rotation) : undefined),
    )
    if (isEnded) log.info({ rotation: rotation.id, total, failed }, 'key rotation ended')
  }

  #tell({ id, state, done, total, failed }: KeyRotationRecord): void {
    const now = this.#ports.timers.monotonic()
    if (now - this.#lineAt < betweenLinesMilliseconds) return
    this.#lineAt = now
    this.#ports.log.info({ rotation: id, state, done, total, failed }, 'key rotation under way')
  }
}

function endedEntry({ id, total, failed }: KeyRotationRecord): AuditEntry {
  return {
    ...{ address: undefined, actor: { kind: 'system', id: undefined } },
    ...{ action: 'key_rotation.ended', target: { kind: 'key_rotation', id, name: undefined } },
    changes: [
      { field: '/total', after: total },
      { field: '/failed', after: failed },
    ],
  }
}
