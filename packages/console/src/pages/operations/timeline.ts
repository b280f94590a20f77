import type { StepTrace } from '@sallyport/contract'

export type Phase = 'queued' | 'token' | 'connect' | 'waiting' | 'receiving' | 'step'

/** One row of the picture: a step, or a request of it. Times are milliseconds since the run began. */
export interface Row {
  readonly label: string
  readonly detail: string
  readonly depth: number
  readonly outcome: StepTrace['outcome']
  readonly from: number
  readonly milliseconds: number
  /** One after the other, from `from` on. */
  readonly parts: readonly { readonly phase: Phase; readonly milliseconds: number }[]
}

/** What a run did, in the order in which it began, and how long all of it took. */
export function timelineOf(trace: readonly StepTrace[]): {
  readonly rows: readonly Row[]
  readonly total: number
} {
  const begun = Math.min(...trace.map(({ startedAt }) => Date.parse(startedAt)))
  const steps = trace
    .map((step, index) => ({ step, index, from: Date.parse(step.startedAt) - begun }))
    // Steps end before those around them, so the order of the trace is that of their ends.
    .toSorted((a, b) => a.from - b.from || a.index - b.index)
  const rows = steps.flatMap(({ step, from }) => [stepRow(step, from), ...requestRows(step, from)])
  return { rows, total: Math.max(1, ...rows.map((row) => row.from + row.milliseconds)) }
}

function stepRow({ step, kind, outcome, milliseconds, code }: StepTrace, from: number): Row {
  const depth = step.split('/').length - 1
  return {
    ...{ label: step, depth, outcome, from, milliseconds },
    detail: code === undefined ? kind : `${kind}, ${code}`,
    parts: [{ phase: 'step', milliseconds }],
  }
}

/** Requests of a step follow each other; when each began is not told, only how long it took. */
function requestRows({ requests = [], step, outcome }: StepTrace, begun: number): Row[] {
  let from = begun
  return requests.map((request) => {
    const { method, host, path, status, milliseconds, attempts } = request
    const row: Row = {
      label: `${method} ${host ?? ''}${path}`,
      detail: [status ?? 'no answer', ...(attempts > 1 ? [`${attempts} attempts`] : [])].join(', '),
      depth: step.split('/').length,
      outcome: status === undefined ? 'failed' : outcome,
      from,
      milliseconds: milliseconds.total,
      parts: partsOf(milliseconds),
    }
    from += milliseconds.total
    return row
  })
}

type Milliseconds = NonNullable<StepTrace['requests']>[number]['milliseconds']

/** What is left of the whole is the reply's coming, or the waiting for one that never came. */
function partsOf({ queued = 0, token = 0, connect = 0, firstByte, total }: Milliseconds): Row['parts'] {
  const waiting = firstByte ?? Math.max(0, total - queued - token - connect)
  const receiving = Math.max(0, total - queued - token - connect - waiting)
  const parts = { queued, token, connect, waiting, receiving }
  return Object.entries(parts).flatMap(([phase, milliseconds]) =>
    milliseconds > 0 ? [{ phase: phase as Phase, milliseconds }] : [],
  )
}
