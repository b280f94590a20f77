/** A clock that moves only when it is told to. */
export interface FakeClock {
  /** Epoch milliseconds. */
  now(): number
  advance(milliseconds: number): void
}

/** Starts at the given moment, or at the beginning of 2026. */
export function fakeClock(startEpochMilliseconds = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startEpochMilliseconds
  return {
    now: () => now,
    advance(milliseconds) {
      now += milliseconds
    },
  }
}
