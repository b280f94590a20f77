import { passThrough, startPassThrough } from '../contenders.ts'
import { firstFailure, interleaved } from '../interleaved.ts'
import { report } from '../report.ts'
import { largeBytes, requestText, upstreamCredentials, workloads } from '../requests.ts'
import type { Subject } from '../subject.ts'
import { type Bench, startPinned } from './bench.ts'

const [get] = workloads
const megabytes = largeBytes / 1_000_000

/** Large replies, a few at a time. */
export async function download(bench: Bench): Promise<string | undefined> {
  const { cores, load, options, upstream } = bench
  const bare = await startPassThrough(cores?.server, upstream)
  const sallyport = await startPinned(bench)
  const { apiToken } = upstreamCredentials
  const subjects = [
    { name: passThrough, server: bare, path: '/v1/large', token: apiToken },
    {
      ...{ name: 'Sallyport, api_token', server: sallyport },
      ...{ path: `/proxy/${sallyport.apiToken}/v1/large`, token: sallyport.key },
    },
  ].map(
    ({ name, server, path, token }): Subject => ({
      ...{ name, workload: `GET ${megabytes} MB`, pid: server.pid, port: server.port },
      requests: [requestText(get, server.port, path, token)],
      expected: { status: 200, bytes: largeBytes },
    }),
  )
  const series = await interleaved(load, subjects, { ...options, connections: 4, seconds: 3 })
  bench.say(report(series, passThrough))
  return firstFailure(series)
}
