import type { RenewalCounts } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { BarChart } from '../../ui/bar-chart.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import classes from './calls.module.css'
import { renewals } from './queries.ts'

/** How tokens were renewed in the last day. */
export function Renewals() {
  return (
    <Section title="Renewals of the last day">
      <Loaded query={useQuery(renewals)}>{({ parts }) => <Chart parts={parts} />}</Loaded>
    </Section>
  )
}

function Chart({ parts }: Pick<RenewalCounts, 'parts'>) {
  const total = (name: 'renewed' | 'failed') => parts.reduce((sum, part) => sum + part[name], 0)
  const [renewed, failed] = [total('renewed'), total('failed')]
  if (renewed + failed === 0) return <Empty>No token had to be renewed in the last day.</Empty>
  return (
    <div className={classes.charts}>
      <BarChart
        title="Renewals"
        summary={`${told(renewed, 'token')} renewed, ${told(failed, 'attempt')} failed.`}
        unit=""
        legend={[
          { tone: 'good', label: 'renewed' },
          { tone: 'bad', label: 'failed' },
        ]}
        bars={parts.map((part) => ({
          from: Date.parse(part.from),
          parts: [
            { tone: 'good', value: part.renewed },
            { tone: 'bad', value: part.failed },
          ],
        }))}
      />
    </div>
  )
}

function told(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}
