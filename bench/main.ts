import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { nextMessage, startProgram, stopChildren } from './children.ts'
import { type Contender, startContenders } from './contenders.ts'
import { coresForPinning } from './cores.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import { type Options, readOptions } from './options.ts'
import { report, type Series } from './report.ts'
import { type Workload, workloads } from './requests.ts'

const warmUpMilliseconds = 1_500
const leadInMilliseconds = 150
const longestStartMilliseconds = 30_000

const options = readOptions(process.argv.slice(2))
const dataFolder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
process.on('exit', () => rmSync(dataFolder, { recursive: true, force: true }))
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
stopInTime(options)

const cores = coresForPinning()
const load = startProgram({ path: 'load.js', core: cores?.others })
const contenders = await startContenders(cores, dataFolder)
const where = cores
  ? `the server alone on core ${cores.server}, all else on core ${cores.others}`
  : 'not pinned to cores (no taskset, or one core): the figures vary more'
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${where}`)
console.log(
  `${options.connections} connections, ${options.rounds} rounds of ${options.seconds} s, interleaved\n`,
)

const all = workloads.flatMap((workload) => contenders.map((contender) => ({ workload, contender })))
for (const each of all) await measure(load, each, options, warmUpMilliseconds)
const series = all.map(({ workload, contender }): Series => {
  return { workload: workload.name, contender: contender.name, rounds: [] }
})
for (let round = 0; round < options.rounds; round += 1) {
  for (const [index, each] of all.entries()) {
    series[index]?.rounds.push(await measure(load, each, options, options.seconds * 1000))
  }
}
await stopChildren()
console.log(report(series))
console.log('\nmedian (least-most); × is against the pass-through in the same round')

const failed = series.flatMap(({ rounds }) => rounds).filter(({ failures }) => failures > 0)
if (failed.length > 0) {
  console.error(`\nThe figures do not count: requests failed, the first with ${failed[0]?.firstFailure}`)
  process.exitCode = 1
}

async function measure(
  child: ChildProcess,
  { contender, workload }: { readonly contender: Contender; readonly workload: Workload },
  { connections }: Options,
  milliseconds: number,
): Promise<LoadResult> {
  const { pid, port } = contender
  const request = contender.request(workload)
  const order: LoadOrder = { pid, port, request, connections, leadInMilliseconds, milliseconds }
  child.send(order)
  return nextMessage<LoadResult>(child)
}

/** Ends the benchmark where something in it hangs; what it started ends with it. */
function stopInTime({ rounds, seconds }: Options): void {
  const nominal = 8 * (2_500 + rounds * (seconds * 1000 + 500))
  const milliseconds = longestStartMilliseconds + 2 * nominal
  setTimeout(() => {
    console.error('The benchmark did not end in time.')
    process.exit(1)
  }, milliseconds).unref()
}
