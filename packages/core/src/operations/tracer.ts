import type { StepTrace } from '@sallyport/contract'
import { bytesOf, type CallRecord, phasesOf } from '../call/record.ts'
import { shownHost } from '../call/shown-host.ts'
import type { Clock, Timers } from '../ports.ts'

const mostRequests = 20
const mostSteps = 10_000

/** Notes what each step of a run does, where that is asked for. */
export class Tracer {
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #steps: StepTrace[] | undefined

  constructor({ clock, timers }: { readonly clock: Clock; readonly timers: Timers }, isWanted: boolean) {
    this.#clock = clock
    this.#timers = timers
    this.#steps = isWanted ? [] : undefined
  }

  get steps(): StepTrace[] | undefined {
    return this.#steps
  }

  begin(step: string, kind: string): StepTracer {
    const from = this.#timers.monotonic()
    const startedAt = new Date(this.#clock.now()).toISOString()
    const requests: CallRecord[] = []
    return {
      sent: (record) => {
        if (requests.length === mostRequests) requests.shift()
        requests.push(record)
      },
      end: (outcome, code) => {
        const milliseconds = rounded(this.#timers.monotonic() - from)
        if (this.#steps?.length === mostSteps) return
        this.#steps?.push({
          ...{ step, kind, outcome, startedAt, milliseconds },
          ...(requests.length > 0 && { requests: requests.map(shown) }),
          ...(code !== undefined && { code }),
        })
      },
    }
  }
}

/** What one step does. */
export interface StepTracer {
  sent(record: CallRecord): void
  end(outcome: StepTrace['outcome'], code?: string): void
}

type RequestTrace = NonNullable<StepTrace['requests']>[number]

/** Of the path as much as was rendered; the query may hold what is nobody's business. */
function shown(record: CallRecord): RequestTrace {
  const { target, last, status } = record
  const { queued, token, connect, firstByte, total } = phasesOf(record)
  const host = target && last && shownHost(target, last.origin)
  return {
    method: record.method,
    ...(host !== undefined && { host }),
    path: `/${record.path.replace(/^\//, '')}`,
    ...(status !== 0 && { status }),
    attempts: record.attempts.length,
    bytes: bytesOf(record),
    milliseconds: {
      ...(queued !== undefined && { queued: rounded(queued) }),
      ...(token !== undefined && { token: rounded(token) }),
      ...(connect !== undefined && { connect: rounded(connect) }),
      ...(firstByte !== undefined && { firstByte: rounded(firstByte) }),
      total: rounded(Math.max(0, total)),
    },
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
