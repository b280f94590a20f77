import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import process from 'node:process'
import { built } from './built.ts'
import type { SandboxLimits } from './job.ts'

const entry = built('./inside/main.js', import.meta.url)

/** Node's permission model: called experimental until it was stable. */
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission'

/** The words that start the sandbox's process: it reads its own program, and does nothing else to the machine. */
export function sandboxCommand(limits: SandboxLimits): readonly string[] {
  return [
    permission,
    ...readable().map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${limits.heapMegabytes}`,
    '--no-warnings',
    entry,
    JSON.stringify(limits),
  ]
}

function readable(): readonly string[] {
  const library = createRequire(import.meta.url).resolve('jsonata')
  const modules = library.slice(0, library.lastIndexOf(`${sep}node_modules${sep}`))
  const core = entry.slice(0, entry.lastIndexOf(`${sep}dist${sep}`))
  return [join(modules, 'node_modules', '*'), join(core, '*'), join(dirname(dirname(core)), 'package.json')]
}
