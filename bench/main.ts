import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProgram, stopChildren } from './children.ts'
import { startServer } from './contenders.ts'
import { coresForPinning } from './cores.ts'
import { readOptions, type SectionName } from './options.ts'
import { accounts } from './sections/accounts.ts'
import type { Bench } from './sections/bench.ts'
import { calls } from './sections/calls.ts'
import { download } from './sections/download.ts'
import { keys } from './sections/keys.ts'
import { latency } from './sections/latency.ts'
import { workers } from './sections/workers.ts'

/** Each says what it measured, and comes back with what failed, if anything did. */
const sections: Readonly<Record<SectionName, (bench: Bench) => Promise<string | undefined>>> = {
  calls,
  accounts,
  keys,
  download,
  latency,
  workers,
}
const longestSectionMilliseconds = 30 * 60_000

const options = readOptions(process.argv.slice(2))
const folders: string[] = []
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

const cores = coresForPinning()
const where = cores
  ? `the server alone on core ${cores.server}, all else on core ${cores.others}`
  : 'not pinned to cores (no taskset, or one core): the figures vary more'
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${where}`)
console.log(
  `${options.connections} connections, ${options.rounds} rounds of ${options.seconds} s, interleaved`,
)
console.log('median (least-most); × is against the first of the same kind in the same round')

for (const name of options.only) {
  console.log(`\n${name}`)
  // What hangs ends the benchmark, and what it started with it.
  const impatience = setTimeout(() => {
    console.error('The benchmark did not end in time.')
    process.exit(1)
  }, longestSectionMilliseconds)
  // Pinned apart from the server, unless the section is about what the whole machine can do.
  const others = name === 'workers' ? undefined : cores?.others
  const failure = await sections[name]({
    ...{ options, cores },
    load: startProgram({ path: 'load.js', core: others }),
    upstream: await startServer('upstream.js', others),
    newFolder,
    say: (text) => console.log(text),
  })
  await stopChildren()
  clearTimeout(impatience)
  if (failure === undefined) continue
  console.error(`\nThe figures do not count: requests failed, the first with ${failure}`)
  process.exitCode = 1
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  folders.push(folder)
  return folder
}
