import { existsSync } from 'node:fs'
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

/** A program, and the words that it is started with. */
export interface Command {
  readonly program: string
  readonly words: readonly string[]
}

/**
 * Beside its heap: Node itself, its threads' stacks, what comes in and goes out, which is 90 MB without work. Newer
 * V8 reserves 512 MB for code that it never makes, and where that is not enough either there is no such limit.
 */
export const headroomMegabytes = [256, 768, Number.POSITIVE_INFINITY] as const
export type Headroom = (typeof headroomMegabytes)[number]

const shell = '/bin/sh'

/** What starts the sandbox's process: it reads its own program, and does nothing else to the machine. */
export function sandboxCommand(limits: SandboxLimits, headroom: Headroom): Command {
  const words = [...sandboxFlags(limits), entry, JSON.stringify(limits)]
  if (headroom === Number.POSITIVE_INFINITY || !existsSync(shell)) return { program: process.execPath, words }
  // V8 asks whether its heap is full before it makes a text, and not whether the text still fits: one may have 1 GB.
  const kilobytes = (limits.heapMegabytes + headroom) * 1024
  return {
    program: shell,
    words: ['-c', `ulimit -d ${kilobytes}; exec "$0" "$@"`, process.execPath, ...words],
  }
}

/** Node's options among them. */
export function sandboxFlags(limits: SandboxLimits): readonly string[] {
  return [
    permission,
    ...readable().map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${limits.heapMegabytes}`,
    '--no-warnings',
  ]
}

function readable(): readonly string[] {
  const library = createRequire(import.meta.url).resolve('jsonata')
  const modules = library.slice(0, library.lastIndexOf(`${sep}node_modules${sep}`))
  const core = entry.slice(0, entry.lastIndexOf(`${sep}dist${sep}`))
  return [join(modules, 'node_modules', '*'), join(core, '*'), join(dirname(dirname(core)), 'package.json')]
}
