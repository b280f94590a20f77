import { useId } from 'react'
import classes from './bar-chart.module.css'

type Tone = 'good' | 'warn' | 'bad'

/** Bars over a stretch of time, each of parts that stand on each other. */
export interface Bars {
  readonly title: string
  /** The same in words. */
  readonly summary: string
  readonly unit: string
  /** Where they end, as epoch milliseconds; now, where nothing is said. */
  readonly until?: number | undefined
  /** What each part is, the lowest one first. */
  readonly legend: readonly { readonly tone: Tone; readonly label: string }[]
  readonly bars: readonly {
    readonly from: number
    readonly parts: readonly { readonly tone: Tone; readonly value: number }[]
  }[]
}

const width = 480
const height = 120
const gap = 4
const day = 86_400_000
const clockAlone = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false })
const dateAndClock = new Intl.DateTimeFormat('en', {
  ...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false },
})

/** A chart as a picture of its own, told in words above it. */
export function BarChart({ title, summary, unit, until, legend, bars }: Bars) {
  const name = useId()
  const most = Math.max(1, ...bars.map(({ parts }) => sum(parts)))
  const step = width / bars.length
  const from = bars[0]?.from ?? 0
  const clock = (until ?? Date.now()) - from > day ? dateAndClock : clockAlone
  return (
    <figure className={classes.chart}>
      <figcaption>
        <strong>{title}</strong> {summary}
      </figcaption>
      <div className={classes.scale} aria-hidden="true">
        {Math.round(most)}
        {unit}
      </div>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={name} preserveAspectRatio="none">
        <title id={name}>{`${title}. ${summary}`}</title>
        <line x1="0" x2={width} y1="0.5" y2="0.5" className={classes.line} />
        <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className={classes.line} />
        {bars.map(({ from, parts }, index) => (
          <g key={from}>
            {stacked(parts, most).map(({ tone, top, size }) => (
              <rect
                key={tone}
                data-tone={tone}
                x={index * step + gap / 2}
                y={top}
                width={step - gap}
                height={size}
              />
            ))}
          </g>
        ))}
      </svg>
      <div className={classes.times} aria-hidden="true">
        <span>{clock.format(from)}</span>
        <span>{until === undefined ? 'now' : clock.format(until)}</span>
      </div>
      <ul className={classes.legend}>
        {legend.map(({ tone, label }) => (
          <li key={tone} data-tone={tone}>
            {label}
          </li>
        ))}
      </ul>
    </figure>
  )
}

type Parts = Bars['bars'][number]['parts']

function sum(parts: Parts): number {
  return parts.reduce((total, { value }) => total + value, 0)
}

/** Where each part is drawn: the first one at the bottom. */
function stacked(parts: Parts, most: number) {
  let bottom = height
  return parts.map(({ tone, value }) => {
    const size = (value / most) * height
    bottom -= size
    return { tone, top: bottom, size }
  })
}
