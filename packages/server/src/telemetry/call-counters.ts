import { type CallObserver, type CallPhases, type CallRecord, phasesOf } from '@sallyport/core'
import { Histogram } from './histogram.ts'
import type { MetricFamily } from './metrics.ts'

/** Integrations with a label of their own; those that are called first have one. */
const mostIntegrations = 200
const others = 'other'
const none = 'none'

const phases = [
  'queued',
  'token',
  'connect',
  'firstByte',
  'total',
] as const satisfies readonly (keyof CallPhases)[]
const phaseLabels: Readonly<Record<(typeof phases)[number], string>> = {
  queued: 'queued',
  token: 'token',
  connect: 'connect',
  firstByte: 'first_byte',
  total: 'total',
}

/** What is counted of an integration's calls. */
interface Counts {
  readonly label: string
  /** By whether they read and by class of status, as `slotOf` says. */
  readonly bySlot: number[]
  /** Of those that failed: `slot code`. */
  readonly byCode: Map<string, number>
  up: number
  down: number
}

const classes = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Counts calls in plain numbers: a library's counters would cost as much as all else that is told of a call. */
export class CallCounters implements CallObserver {
  readonly #byIntegration = new Map<string, Counts>()
  readonly #none = newCounts(none)
  readonly #others = newCounts(others)
  readonly #durations = {
    queued: new Histogram(),
    token: new Histogram(),
    connect: new Histogram(),
    firstByte: new Histogram(),
    total: new Histogram(),
  }

  ended(record: CallRecord): void {
    const counts = this.#countsOf(record)
    const slot = slotOf(record)
    counts.bySlot[slot] = (counts.bySlot[slot] ?? 0) + 1
    if (record.code !== undefined) {
      const key = `${slot} ${record.code}`
      counts.byCode.set(key, (counts.byCode.get(key) ?? 0) + 1)
    }
    for (const { bytesUp, bytesDown } of record.attempts) {
      counts.up += bytesUp
      counts.down += bytesDown
    }
    const took = phasesOf(record)
    for (const phase of phases) {
      const milliseconds = took[phase]
      if (milliseconds !== undefined) this.#durations[phase].observe(milliseconds / 1000)
    }
  }

  families(): MetricFamily[] {
    const all = [...this.#byIntegration.values(), this.#others, this.#none].filter(isUsed)
    const duration = 'sallyport_call_duration_seconds'
    return [
      {
        name: 'sallyport_calls_total',
        help: 'Calls that have ended, by integration, whether they read or write, class of status, and code of a failure',
        type: 'counter',
        values: all.flatMap(callValues),
      },
      {
        name: 'sallyport_call_bytes_total',
        help: 'Bytes of bodies, to APIs (up) and from them (down)',
        type: 'counter',
        values: all.flatMap(({ label: integration, up, down }) => [
          { labels: { integration, direction: 'up' }, value: up },
          { labels: { integration, direction: 'down' }, value: down },
        ]),
      },
      {
        name: duration,
        help: 'How long calls took, by phase',
        type: 'histogram',
        values: phases.flatMap((phase) =>
          this.#durations[phase].values(duration, { phase: phaseLabels[phase] }),
        ),
      },
    ]
  }

  #countsOf({ target }: CallRecord): Counts {
    if (!target) return this.#none
    const { id, key } = target.integration
    const known = this.#byIntegration.get(id)
    if (known) return known
    if (this.#byIntegration.size >= mostIntegrations) return this.#others
    const counts = newCounts(key)
    this.#byIntegration.set(id, counts)
    return counts
  }
}

function newCounts(label: string): Counts {
  return { label, bySlot: new Array<number>(2 * classes.length).fill(0), byCode: new Map(), up: 0, down: 0 }
}

function isUsed({ bySlot }: Counts): boolean {
  return bySlot.some((count) => count > 0)
}

function slotOf({ method, status }: CallRecord): number {
  const statusClass = Math.floor(status / 100)
  const index = statusClass < classes.length ? statusClass : 0
  return reading.has(method) ? index : index + classes.length
}

function callValues({ label: integration, bySlot, byCode }: Counts) {
  const labelsOf = (slot: number, code: string) => ({
    integration,
    method: slot < classes.length ? 'read' : 'write',
    status: classes[slot % classes.length] ?? 'none',
    code,
  })
  const failures = [...byCode].map(([key, value]) => {
    const [slot = '', code = ''] = key.split(' ')
    return { slot: Number(slot), code, value }
  })
  const answered = bySlot.map((count, slot) => ({
    slot,
    code: '',
    value: failures
      .filter((failure) => failure.slot === slot)
      .reduce((left, { value }) => left - value, count),
  }))
  return [...answered, ...failures]
    .filter(({ value }) => value > 0)
    .map(({ slot, code, value }) => ({ labels: labelsOf(slot, code), value }))
}
