import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nextMessage, startProgram, stopChildren } from '../children.ts'
import { coresForPinning } from '../cores.ts'
import { requestText, workloads } from '../requests.ts'
import { startSallyport } from '../sallyport.ts'
import { chartHeading, chartLine } from './chart.ts'
import { readOptions } from './options.ts'
import { heapFolderIn, type Reading, readingOf, residentMegabytes } from './readings.ts'
import type { TrafficOrder, TrafficResult } from './traffic.ts'
import { faultsOf, rule } from './verdict.ts'

const capacityMilliseconds = 10_000
const readEveryMilliseconds = 5_000
const showEvery = 6
/** Connections that both sides keep for a while have been closed by then. */
const settleMilliseconds = 90_000
const toleratedTransferMegabytes = 48

const options = readOptions(process.argv.slice(2))
const folder = mkdtempSync(join(tmpdir(), 'sallyport-soak-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

const heapFolder = heapFolderIn(folder)
process.env.SOAK_HEAPS = heapFolder
const cores = coresForPinning()
const upstream = startProgram({ path: 'soak/upstream.js', core: cores?.others })
const { port: upstreamPort } = await nextMessage<{ port: number }>(upstream)
const traffic = startProgram({ path: 'soak/traffic.js', core: cores?.others })
const { pid, port, key, apiToken } = await startSallyport({
  core: undefined,
  dataFolder: join(folder, 'data'),
  upstreamPort,
  nodeOptions: ['--import', new URL('heap-probe.js', import.meta.url).href],
})
const [get] = workloads
const common = {
  port,
  key,
  account: apiToken,
  request: requestText(get, port, `/proxy/${apiToken}/things`, key),
}
const faults: string[] = []

console.log(`Node ${process.version}: the callers, the API, and Sallyport with its defaults`)
const capacity = await ordered(traffic, { ...common, kind: 'full', milliseconds: capacityMilliseconds })
const perSecond = Math.round(capacity.replies / (capacityMilliseconds / 1000) / 2)
console.log(`full load: ${perSecond * 2} calls/s; half of it from here on\n`)

await slowTransfers()
await soak()
await stopChildren()
for (const fault of faults) console.error(`✗ ${fault}`)
console.log(faults.length === 0 ? '✓ all of it held' : '')
process.exitCode = faults.length === 0 ? 0 : 1

async function slowTransfers(): Promise<void> {
  const bytes = Math.round(options.gigabytes * 1_073_741_824)
  const order = { ...common, kind: 'slow transfers', milliseconds: 0 } as const
  // The first pass fills the memory that the process then works with, whatever passes.
  await ordered(traffic, { ...order, bytes: Math.min(bytes, 134_217_728) })
  const before = residentMegabytes(pid)
  let most = before
  const looking = setInterval(() => {
    most = Math.max(most, residentMegabytes(pid))
  }, 100)
  await ordered(traffic, { ...order, bytes })
  clearInterval(looking)
  const grown = most - before
  console.log(
    `${options.gigabytes} GiB down to a slow reader, up from a slow writer and up to a slow reader, at once:`,
  )
  console.log(`resident memory grew by ${grown.toFixed(1)} MB at most (of ${before.toFixed()} MB)\n`)
  if (grown > toleratedTransferMegabytes) faults.push(`the transfers took ${grown.toFixed()} MB`)
}

async function soak(): Promise<void> {
  const began = performance.now()
  const read = () => readingOf(pid, heapFolder, (performance.now() - began) / 1000)
  const before = read()
  const readings: Reading[] = []
  console.log(
    `${options.minutes} minutes, with calls that break off, streams, WebSockets and large bodies\n${rule}\n`,
  )
  console.log(chartHeading)
  const looking = setInterval(() => {
    const reading = read()
    readings.push(reading)
    const most = 1.5 * (readings[0]?.residentMegabytes ?? 1)
    if (readings.length % showEvery === 0) console.log(chartLine(reading, most))
  }, readEveryMilliseconds)
  const milliseconds = options.minutes * 60_000
  const { replies, broken } = await ordered(traffic, { ...common, kind: 'mixed', milliseconds, perSecond })
  clearInterval(looking)
  await new Promise((resolve) => setTimeout(resolve, settleMilliseconds))
  const after = read()
  console.log(`${chartLine(after, 1.5 * (readings[0]?.residentMegabytes ?? 1))} afterwards`)
  console.log(`\n${replies} calls answered, ${broken} broken off`)
  faults.push(...faultsOf(readings, before, after))
}

async function ordered(child: ChildProcess, order: TrafficOrder): Promise<TrafficResult> {
  child.send(order)
  const result = await nextMessage<TrafficResult>(child)
  faults.push(...result.failures.map((failure) => `a call failed: ${failure}`))
  return result
}
