import { useQuery } from '@tanstack/react-query'
import { BarChart } from '../../ui/bar-chart.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { type Bucket, buckets, type Call, latencies, outcomes } from './buckets.ts'
import classes from './calls.module.css'
import { lastCalls } from './queries.ts'

/** How calls of the last hour went, and how long they took. */
export function Calls() {
  const query = useQuery(lastCalls)
  return (
    <Section title="Calls of the last hour">
      <Loaded query={query}>
        {({ calls, from, until, hasMore }) =>
          calls.length === 0 ? (
            <Empty>No calls in the last hour.</Empty>
          ) : (
            <>
              {hasMore && <p className={classes.note}>The latest {calls.length} calls; there were more.</p>}
              <Charts calls={calls} bars={buckets(calls, from, until)} />
            </>
          )
        }
      </Loaded>
    </Section>
  )
}

function Charts({ calls, bars }: { readonly calls: readonly Call[]; readonly bars: readonly Bucket[] }) {
  const { good, refused, failed } = outcomes(calls)
  const { median = 0, slowest = 0 } = latencies(calls)
  return (
    <div className={classes.charts}>
      <BarChart
        title="Calls"
        summary={`${calls.length} calls: ${good} good, ${refused} refused (4xx), ${failed} failed.`}
        unit=""
        legend={[
          { tone: 'good', label: 'good' },
          { tone: 'warn', label: 'refused (4xx)' },
          { tone: 'bad', label: 'failed' },
        ]}
        bars={bars.map((bar) => ({
          from: bar.from,
          parts: [
            { tone: 'good', value: bar.good },
            { tone: 'warn', value: bar.refused },
            { tone: 'bad', value: bar.failed },
          ],
        }))}
      />
      <BarChart
        title="Latency"
        summary={`Half within ${Math.round(median)} ms, 95 % within ${Math.round(slowest)} ms.`}
        unit=" ms"
        legend={[
          { tone: 'good', label: 'half' },
          { tone: 'warn', label: '95 %' },
        ]}
        bars={bars.map((bar) => ({
          from: bar.from,
          parts: [
            { tone: 'good', value: bar.median ?? 0 },
            { tone: 'warn', value: (bar.slowest ?? 0) - (bar.median ?? 0) },
          ],
        }))}
      />
    </div>
  )
}
