import type { AnyEventReply } from '@sallyport/contract'
import { BarChart } from '../../ui/bar-chart.tsx'
import classes from './events.module.css'
import { histogram } from './histogram.ts'

/** When what the list shows happened: until a moment, or until now. */
export function EventHistogram(content: {
  readonly events: readonly AnyEventReply[]
  readonly until: string | undefined
}) {
  const { events } = content
  const newest = Math.max(0, ...events.map(({ at }) => Date.parse(at)))
  const until = content.until === undefined ? undefined : Date.parse(content.until)
  const { total, bars } = histogram(events, until ?? Math.max(Date.now(), newest))
  return (
    <div className={classes.histogram}>
      <BarChart
        title={events.length === 1 ? '1 event' : `${events.length} events`}
        summary={`${total.good + total.calm} good, ${total.warn} to look at, ${total.bad} failed.`}
        unit=""
        until={until}
        legend={[
          { tone: 'good', label: 'good' },
          { tone: 'warn', label: 'to look at' },
          { tone: 'bad', label: 'failed' },
        ]}
        bars={bars.map(({ from, counts: { good, calm, warn, bad } }) => ({
          from,
          parts: [
            { tone: 'good', value: good + calm },
            { tone: 'warn', value: warn },
            { tone: 'bad', value: bad },
          ],
        }))}
      />
    </div>
  )
}
