import { randomBytes } from 'node:crypto'
import { type FakeClock, fakeClock } from '@sallyport/testkit'
import type { Timers } from '../ports.ts'
import { Secret } from '../secret.ts'
import type { OuterKeys } from '../vault/outer-keys.ts'
import { keyServiceKeys } from './outer-keys.ts'
import type { KeyServiceSettings } from './settings.ts'

export const owner = { organizationId: 'org_a', id: 'dek_1' }

/** A key service that stands in for a real one, and what the tests do to it. */
export interface StandIn {
  readonly origin: string
  readonly settings: KeyServiceSettings
  readonly clock: FakeClock
  readonly timers: HeldTimers
  /** Requests so far. */
  asked(): number
  /** Whether the organization has a usable key of its own. */
  hasKeyOf(organizationId: string): boolean
  goDown(): void
  comeBack(): void
}

export function keysOf({ settings, clock, timers }: StandIn, change: object = {}): OuterKeys {
  return keyServiceKeys({ ...settings, ...change } as KeyServiceSettings, {
    clock,
    timers,
    random: { bytes: randomBytes },
  })
}

/** Timers that the test lets end. */
export class HeldTimers implements Timers {
  readonly #clock: FakeClock
  readonly #waiting: { readonly until: number; readonly resolve: () => void }[] = []

  constructor(clock: FakeClock = fakeClock()) {
    this.#clock = clock
  }

  monotonic(): number {
    return this.#clock.now()
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ until: this.#clock.now() + milliseconds, resolve }))
  }

  /** Milliseconds until each of them ends. */
  pending(): number[] {
    return this.#waiting.map(({ until }) => until - this.#clock.now())
  }

  /** Lets time pass, and those end whose time has come. */
  pass(milliseconds: number): void {
    this.#clock.advance(milliseconds)
    for (const each of this.#waiting.splice(0)) {
      if (each.until <= this.#clock.now()) each.resolve()
      else this.#waiting.push(each)
    }
  }
}

export const secretOf = (text: string) => new Secret(text)
