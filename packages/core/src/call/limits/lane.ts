import type { Entry, Obstacle, Place, Refusal } from '../../limiter-ports.ts'
import type { Timers } from '../../ports.ts'
import { type Block, Gate } from './gate.ts'

/** Nobody knows when a call ends; by then some will have. */
const guessedMilliseconds = 1000

/** An account's gate, and who waits before it, in order of arrival. */
class AccountGate extends Gate {
  readonly waiting = new Set<Waiter>()
}

interface Waiter {
  readonly account: AccountGate
  readonly deadline: number
  readonly settle: (refusal: Refusal | undefined) => void
  where: 'waiting' | 'inside' | 'gone'
}

/** The queue before one integration: accounts take turns, and each account's calls go in as they came. */
export class Lane {
  readonly #gate = new Gate()
  readonly #accounts = new Map<string, AccountGate>()
  /** Accounts whose next call may go in as soon as the integration has room, in turn. */
  readonly #ready = new Set<AccountGate>()
  /** Those for which only time makes room; the rest waits for a call of its own to end. */
  readonly #parked = new Set<AccountGate>()
  readonly #waiting = new Set<Waiter>()
  readonly #timers: Timers
  readonly #counted: (change: number) => void
  #alarmAt = Number.POSITIVE_INFINITY
  /** Nobody's deadline is earlier. */
  #deadline = Number.POSITIVE_INFINITY

  /** `counted` is told how many more, or fewer, accounts are remembered. */
  constructor(timers: Timers, counted: (change: number) => void) {
    this.#timers = timers
    this.#counted = counted
  }

  enter(entry: Entry): Place {
    const now = this.#timers.monotonic()
    const account = this.#account(entry.account)
    this.#gate.bounds = entry.together
    account.bounds = entry.each
    let settle: Waiter['settle'] = () => undefined
    const entered = new Promise<Refusal | undefined>((resolve) => {
      settle = resolve
    })
    const waiter: Waiter = { account, deadline: now + entry.queue.milliseconds, settle, where: 'waiting' }
    this.#queue(waiter)
    this.#admit(now)
    if (waiter.where === 'waiting') this.#keepWaiting(waiter, entry, now)
    return { entered, leave: () => this.#leave(waiter) }
  }

  /** Nobody is let in until then; who could not wait so long hears it now. */
  pause(accountId: string | undefined, until: number): void {
    const now = this.#timers.monotonic()
    const account = accountId === undefined ? undefined : this.#account(accountId)
    const gate = account ?? this.#gate
    gate.pausedUntil = Math.max(gate.pausedUntil, until)
    for (const waiter of account?.waiting ?? this.#waiting) {
      if (waiter.deadline < until) this.#refuse(waiter, 'too_long', now)
    }
    this.#admit(now)
  }

  /** Forgets accounts that it need not remember; true where that leaves nothing. */
  forgetIdle(): boolean {
    const now = this.#timers.monotonic()
    for (const [id, account] of this.#accounts) {
      if (account.waiting.size > 0 || !account.isIdle(now)) continue
      this.#accounts.delete(id)
      this.#counted(-1)
    }
    return this.#accounts.size === 0 && this.#gate.isIdle(now)
  }

  #account(id: string): AccountGate {
    const known = this.#accounts.get(id)
    if (known) return known
    const account = new AccountGate()
    this.#counted(1)
    this.#accounts.set(id, account)
    return account
  }

  #queue(waiter: Waiter): void {
    const { account } = waiter
    // One that is parked or waits for itself stays so.
    if (account.waiting.size === 0) this.#ready.add(account)
    account.waiting.add(waiter)
    this.#waiting.add(waiter)
  }

  #unqueue(waiter: Waiter): void {
    const { account } = waiter
    account.waiting.delete(waiter)
    this.#waiting.delete(waiter)
    if (account.waiting.size > 0) return
    this.#ready.delete(account)
    this.#parked.delete(account)
  }

  /** Lets in whom there is room for, one of each account after the other. */
  #admit(now: number): void {
    for (const account of this.#ready) {
      const closed = this.#gate.block(now)
      if (closed) {
        this.#wakeAt(closed.until)
        return
      }
      this.#ready.delete(account)
      const blocked = account.block(now)
      const [next] = account.waiting
      if (blocked) this.#park(account, blocked)
      else if (next) this.#letIn(next, now)
    }
  }

  #park(account: AccountGate, { until }: Block): void {
    if (until === Number.POSITIVE_INFINITY) return
    this.#parked.add(account)
    this.#wakeAt(until)
  }

  #letIn(waiter: Waiter, now: number): void {
    const { account } = waiter
    this.#unqueue(waiter)
    // Behind those that wait already: a set goes on to what is added while it is gone through.
    if (account.waiting.size > 0) this.#ready.add(account)
    this.#gate.take(now)
    account.take(now)
    waiter.where = 'inside'
    waiter.settle(undefined)
  }

  #keepWaiting(waiter: Waiter, { queue }: Entry, now: number): void {
    const { until = now } = this.#obstacle(waiter.account, now)
    if (waiter.account.waiting.size > queue.length) this.#refuse(waiter, 'queue_full', now)
    else if (until !== Number.POSITIVE_INFINITY && until > waiter.deadline)
      this.#refuse(waiter, 'too_long', now)
    else {
      this.#deadline = Math.min(this.#deadline, waiter.deadline)
      this.#wakeAt(waiter.deadline)
    }
  }

  #refuse(waiter: Waiter, why: Refusal['why'], now: number): void {
    const { of, limit, until } = this.#obstacle(waiter.account, now)
    this.#unqueue(waiter)
    waiter.where = 'gone'
    const known = until !== undefined && until !== Number.POSITIVE_INFINITY
    const retryAfterMilliseconds = known ? Math.max(0, until - now) : guessedMilliseconds
    waiter.settle({ of, limit, why, retryAfterMilliseconds })
  }

  /** What keeps an account's next call out longest. Where nothing does, others of its own wait before it. */
  #obstacle(account: AccountGate, now: number): Obstacle & Partial<Block> {
    const own = account.block(now)
    const shared = this.#gate.block(now)
    if (own && (!shared || own.until >= shared.until)) return { of: 'account', ...own }
    return shared ? { of: 'integration', ...shared } : { of: 'integration', limit: 'concurrency' }
  }

  #leave(waiter: Waiter): void {
    const { where, account } = waiter
    if (where === 'gone') return
    const now = this.#timers.monotonic()
    if (where === 'waiting') {
      this.#refuse(waiter, 'left', now)
      return
    }
    waiter.where = 'gone'
    this.#gate.inUse -= 1
    account.inUse -= 1
    if (account.waiting.size > 0 && !this.#parked.has(account)) this.#ready.add(account)
    this.#admit(now)
  }

  #wakeAt(until: number): void {
    if (until >= this.#alarmAt) return
    this.#alarmAt = until
    void this.#timers.wait(Math.max(0, until - this.#timers.monotonic())).then(() => this.#wake(until))
  }

  #wake(alarm: number): void {
    // Another that is earlier, or later, was set since.
    if (alarm !== this.#alarmAt) return
    this.#alarmAt = Number.POSITIVE_INFINITY
    const now = this.#timers.monotonic()
    if (now >= this.#deadline) this.#expire(now)
    for (const account of this.#parked) {
      this.#parked.delete(account)
      this.#ready.add(account)
    }
    this.#admit(now)
    if (this.#waiting.size > 0) this.#wakeAt(this.#deadline)
  }

  /** Whoever has waited as long as they may is told so, unless there is room right now. */
  #expire(now: number): void {
    this.#deadline = Number.POSITIVE_INFINITY
    for (const waiter of this.#waiting) {
      if (waiter.deadline <= now) this.#refuse(waiter, 'waited', now)
      else this.#deadline = Math.min(this.#deadline, waiter.deadline)
    }
  }
}
