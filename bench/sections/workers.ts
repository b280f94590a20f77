import { startPassThrough } from '../contenders.ts'
import { firstFailure, interleaved, type Series } from '../interleaved.ts'
import { perSecond, ratios, report } from '../report.ts'
import { replied, requestText, upstreamCredentials, workloads } from '../requests.ts'
import { startSallyport } from '../sallyport.ts'
import { spread } from '../statistics.ts'
import type { Subject } from '../subject.ts'
import type { Bench } from './bench.ts'

const [get] = workloads
const path = '/v1/things'

/** What a second worker brings, where nothing is pinned and load and upstream take their share of the machine. */
export async function workers(bench: Bench): Promise<string | undefined> {
  const { load, options, upstream } = bench
  const subjects: Subject[] = []
  for (const count of [1, 2]) {
    const bare = await startPassThrough(undefined, upstream, count)
    const sallyport = await startSallyport({
      core: undefined,
      dataFolder: bench.newFolder(),
      upstreamPort: upstream.port,
      workers: count,
    })
    const common = { workload: get.name, expected: replied }
    subjects.push(
      {
        ...{ ...common, name: nameOf('pass-through', count), pid: bare.pid, port: bare.port },
        requests: [requestText(get, bare.port, path, upstreamCredentials.apiToken)],
      },
      {
        ...{ ...common, name: nameOf('Sallyport', count), pid: sallyport.pid, port: sallyport.port },
        requests: [requestText(get, sallyport.port, `/proxy/${sallyport.apiToken}${path}`, sallyport.key)],
      },
    )
  }
  const series = await interleaved(load, subjects, options)
  bench.say(report(series, nameOf('pass-through', 1)))
  const [bare, own] = ['pass-through', 'Sallyport'].map((name) => scaling(series, name))
  const against = own?.map((value, round) => value / (bare?.[round] ?? Number.NaN))
  bench.say(
    `two workers against one: pass-through ${spread(bare ?? [], 2)}, Sallyport ${spread(own ?? [], 2)}; against each other ${spread(against ?? [], 2)}`,
  )
  return firstFailure(series)
}

function scaling(all: readonly Series[], name: string): number[] {
  const [one, two] = [1, 2].map((count) => all.find((series) => series.name === nameOf(name, count)))
  return two ? ratios(two, one, perSecond).map((ratio) => ratio ?? Number.NaN) : []
}

function nameOf(name: string, count: number): string {
  return count === 1 ? `${name}, one process` : `${name}, ${count} workers`
}
