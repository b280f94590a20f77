import { passThrough, startNginx, startPassThrough, startServer } from '../contenders.ts'
import { firstFailure, interleaved } from '../interleaved.ts'
import { report } from '../report.ts'
import { replied, requestText, upstreamCredentials, workloads } from '../requests.ts'
import type { Subject } from '../subject.ts'
import { type Bench, startPinned } from './bench.ts'

const path = '/v1/things'

/** What a call costs, beside a bare pass-through and the upstream itself; nginx for the record. */
export async function calls(bench: Bench): Promise<string | undefined> {
  const { cores, load, options, upstream } = bench
  const { apiToken } = upstreamCredentials
  const direct = await startServer('upstream.js', cores?.server)
  const bare = await startPassThrough(cores?.server, upstream)
  const nginx = await startNginx(cores?.server, upstream, bench.newFolder())
  const sallyport = await startPinned(bench)
  const contenders = [
    { name: 'upstream', server: direct, path, token: apiToken },
    { name: passThrough, server: bare, path, token: apiToken },
    ...(nginx ? [{ name: 'nginx', server: nginx, path, token: apiToken }] : []),
    ...[
      { name: 'Sallyport, api_token', account: sallyport.apiToken },
      { name: 'Sallyport, oauth2', account: sallyport.oauth2 },
    ].map(({ name, account }) => ({
      ...{ name, server: sallyport, path: `/proxy/${account}${path}`, token: sallyport.key },
    })),
  ]
  const subjects = workloads.flatMap((workload) =>
    contenders.map(
      ({ name, server, path, token }): Subject => ({
        name,
        workload: workload.name,
        ...{ pid: server.pid, port: server.port },
        requests: [requestText(workload, server.port, path, token)],
        expected: replied,
      }),
    ),
  )
  const series = await interleaved(load, subjects, options)
  bench.say(report(series, passThrough))
  if (!nginx) bench.say('nginx is not installed: it was left out')
  return firstFailure(series)
}
