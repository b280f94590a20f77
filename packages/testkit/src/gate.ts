import { isOnRoute, type ReceivedRequest } from './received.ts'

/** Holds requests back until the test lets them go. */
export interface Gate {
  /** The first request that came to the gate. */
  readonly arrived: Promise<ReceivedRequest>
  /** Resolves when this many have come. */
  arrivals(count: number): Promise<ReceivedRequest[]>
  /** Lets everything pass, now and from now on. */
  release(): void
}

/** `request`: before the provider acts. `reply`: it has acted, and its answer is what waits. */
export type GateMoment = 'request' | 'reply'

export function createGates() {
  const closed = new Set<{
    route: string
    moment: GateMoment
    pass(request: ReceivedRequest): Promise<void>
  }>()

  return {
    hold(route: string, moment: GateMoment = 'request'): Gate {
      const seen: ReceivedRequest[] = []
      const waiting = new Set<() => void>()
      const opened = deferred()
      const entry = {
        route,
        moment,
        pass(request: ReceivedRequest) {
          seen.push(request)
          for (const check of waiting) check()
          return opened.promise
        },
      }
      closed.add(entry)

      const arrivals = async (count: number) => {
        const enough = deferred()
        const check = () => seen.length >= count && enough.resolve()
        waiting.add(check)
        check()
        await enough.promise
        waiting.delete(check)
        return seen.slice(0, count)
      }
      return {
        arrivals,
        get arrived() {
          return arrivals(1).then(([request]) => request as ReceivedRequest)
        },
        release() {
          closed.delete(entry)
          opened.resolve()
        },
      }
    },
    async pass(request: ReceivedRequest, moment: GateMoment): Promise<void> {
      for (const gate of [...closed]) {
        if (gate.moment === moment && isOnRoute(request, gate.route)) await gate.pass(request)
      }
    },
  }
}

function deferred() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
