import { firstFailure, interleaved } from '../interleaved.ts'
import { report } from '../report.ts'
import { replied, requestText, upstreamCredentials, workloads } from '../requests.ts'
import type { Subject } from '../subject.ts'
import { type Bench, startPinned } from './bench.ts'

const many = 10_000
/** Twice through all of them: each has a connection of its own. */
const warmUpMilliseconds = 10_000
const [get] = workloads

/** What it costs that ten thousand accounts are called in turn, and not one. */
export async function accounts(bench: Bench): Promise<string | undefined> {
  const { load, options } = bench
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
  return firstFailure(series)
}
