import type { StepTrace } from '@sallyport/contract'
import { Badge } from '../../ui/badge.tsx'
import { type Phase, type Row, timelineOf } from './timeline.ts'
import classes from './timeline-view.module.css'

const phases: Readonly<Record<Phase, string>> = {
  step: 'Step',
  queued: 'Waits for its turn',
  token: 'Waits for a token',
  connect: 'Connects',
  waiting: 'Waits for the reply',
  receiving: 'Reads the reply',
}

const outcomes = {
  done: { tone: 'good', label: 'Done' },
  skipped: { tone: 'calm', label: 'Left out' },
  failed: { tone: 'bad', label: 'Failed' },
} as const

const width = 400
const height = 14

/** What a run did, when and for how long: a picture beside the same in words. */
export function TimelineView({ trace }: { readonly trace: readonly StepTrace[] }) {
  const { rows, total } = timelineOf(trace)
  const shown = rows.flatMap(({ parts }) => parts.map(({ phase }) => phase))
  return (
    <>
      <table className={classes.timeline}>
        <thead>
          <tr>
            <th scope="col">Step or request</th>
            <th scope="col">Outcome</th>
            <th scope="col">Took</th>
            <th scope="col">When, of {milliseconds(total)}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places
            <TimelineRow key={index} row={row} total={total} />
          ))}
        </tbody>
      </table>
      <ul className={classes.legend}>
        {Object.entries(phases)
          .filter(([phase]) => shown.includes(phase as Phase))
          .map(([phase, label]) => (
            <li key={phase} data-phase={phase}>
              {label}
            </li>
          ))}
      </ul>
    </>
  )
}

function TimelineRow({ row, total }: { readonly row: Row; readonly total: number }) {
  const { label, detail, depth, outcome, from, parts } = row
  const { tone, label: word } = outcomes[outcome]
  const isRequest = parts[0]?.phase !== 'step'
  const scale = width / total
  let at = from
  const bars = parts.map(({ phase, milliseconds: length }) => {
    const bar = { phase, x: at * scale, width: Math.max(1.5, length * scale), length }
    at += length
    return bar
  })
  return (
    <tr data-request={isRequest || undefined}>
      <th scope="row" data-depth={Math.min(depth, 4)}>
        {label} <span>{detail}</span>
      </th>
      <td>{isRequest ? undefined : <Badge tone={tone}>{word}</Badge>}</td>
      <td data-label="Took">{milliseconds(row.milliseconds)}</td>
      <td className={classes.picture}>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {bars.map((bar) => (
            <rect
              key={bar.phase}
              data-phase={bar.phase}
              data-outcome={outcome}
              x={Math.min(bar.x, width - 1.5)}
              width={bar.width}
              y={isRequest ? 2 : 0}
              height={isRequest ? height - 4 : height}
            >
              <title>{`${phases[bar.phase]}: ${milliseconds(bar.length)}`}</title>
            </rect>
          ))}
        </svg>
      </td>
    </tr>
  )
}

function milliseconds(value: number): string {
  return value < 10_000 ? `${Math.round(value * 10) / 10} ms` : `${Math.round(value / 100) / 10} s`
}
