import { nextMessage } from '../children.ts'
import { passThrough, startPassThrough } from '../contenders.ts'
import { interleaved } from '../interleaved.ts'
import type { LoadOrder, LoadResult } from '../load.ts'
import { perSecond } from '../report.ts'
import { replied, requestText, upstreamCredentials, workloads } from '../requests.ts'
import { median, percentile, spread } from '../statistics.ts'
import type { Subject } from '../subject.ts'
import { type Bench, startPinned } from './bench.ts'

const [get] = workloads
const path = '/v1/things'

/** How long a call takes at half of what each server can do, counted from when it was to be sent. */
export async function latency(bench: Bench): Promise<string | undefined> {
  const { cores, load, options, upstream } = bench
  const bare = await startPassThrough(cores?.server, upstream)
  const sallyport = await startPinned(bench)
  const common = { workload: get.name, expected: replied }
  const subjects: Subject[] = [
    {
      ...{ ...common, name: passThrough, pid: bare.pid, port: bare.port },
      requests: [requestText(get, bare.port, path, upstreamCredentials.apiToken)],
    },
    {
      ...{ ...common, name: 'Sallyport, api_token', pid: sallyport.pid, port: sallyport.port },
      requests: [requestText(get, sallyport.port, `/proxy/${sallyport.apiToken}${path}`, sallyport.key)],
    },
  ]
  const full = await interleaved(load, subjects, { ...options, rounds: 3 })
  for (const [index, subject] of subjects.entries()) {
    const perSecondAtHalf = Math.round(median(full[index]?.rounds.map(perSecond) ?? []) / 2)
    const rounds: LoadResult[] = []
    for (let round = 0; round < options.rounds; round += 1) {
      const { pid, port, requests, expected } = subject
      const order: LoadOrder = {
        ...{ pid, port, requests, expected, perSecond: perSecondAtHalf },
        ...{ connections: options.connections, leadInMilliseconds: 500, milliseconds: 2000 },
      }
      load.send(order)
      rounds.push(await nextMessage<LoadResult>(load))
    }
    const at = (share: number) =>
      spread(
        rounds.map(({ latencies = [] }) => percentile(latencies, share)),
        2,
      )
    bench.say(`${subject.name} at ${perSecondAtHalf} requests/s: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
    const failed = rounds.find(({ failures }) => failures > 0)
    if (failed) return failed.firstFailure
  }
  return undefined
}
