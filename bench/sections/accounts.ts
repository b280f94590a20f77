import { passThrough, startServer } from '../contenders.ts'
import { firstFailure, interleaved } from '../interleaved.ts'
import { report } from '../report.ts'
import { replied, requestText, upstreamCredentials, workloads } from '../requests.ts'
import type { Subject } from '../subject.ts'
import { type Bench, startPinned } from './bench.ts'

const many = 10_000
/** Twice through all of them: each has a connection of its own. */
const warmUpMilliseconds = 10_000
const [get] = workloads

/**
 * What it costs that ten thousand accounts are called in turn, and not one. None shares a connection with another, so beside
 * it stands what as many connections to an upstream cost the pass-through.
 */
export async function accounts(bench: Bench): Promise<string | undefined> {
  const { cores, load, options } = bench
  const behind = await startServer('upstream.js', cores?.others)
  const origin = `http://127.0.0.1:${behind.port}`
  const bare = await Promise.all(
    [1, many].map((pools) => startServer('pass-through.js', cores?.server, [origin, String(pools)])),
  )
  const sallyport = await startPinned(bench)
  const { pid, port, key, create } = sallyport
  const ids: string[] = []
  const secret = { token: upstreamCredentials.apiToken }
  while (ids.length < many) {
    const some = Array.from({ length: 50 }, (_, index) =>
      create('accounts', { integration: 'benchToken', name: `${ids.length + index}`, secret }),
    )
    for (const { id } of await Promise.all(some)) ids.push(id ?? '')
  }
  const requestOf = (id: string) => requestText(get, port, `/proxy/${id}/v1/things`, key)
  const subjects = [
    { name: 'one account', requests: [requestOf(ids[0] ?? '')] },
    { name: `${many} accounts`, requests: ids.map(requestOf) },
  ].map((each): Subject => ({ ...each, workload: get.name, pid, port, expected: replied }))
  const series = await interleaved(load, subjects, { ...options, warmUpMilliseconds })
  bench.say(report(series, 'one account'))
  const connections = bare.map(
    (server, index): Subject => ({
      name: index === 0 ? passThrough : `${passThrough}, ${many} pools`,
      workload: get.name,
      ...{ pid: server.pid, port: server.port, expected: replied },
      requests: [requestText(get, server.port, '/v1/things', upstreamCredentials.apiToken)],
    }),
  )
  const beside = await interleaved(load, connections, { ...options, warmUpMilliseconds })
  bench.say(report(beside, passThrough))
  return firstFailure([...series, ...beside])
}
