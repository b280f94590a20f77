import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

/** What `npm start` and the product itself give Node and V8; what is compared with it has the same. */
export const productNodeOptions = [
  '--max-semi-space-size=32',
  '--no-allocation-site-pretenuring',
  '--max-inlined-bytecode-size=1000',
  '--max-inlined-bytecode-size-cumulative=3000',
]

/** A program to run in a process of its own. */
export interface Program {
  /** Relative to the benchmark's compiled files. */
  readonly path: string
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Undefined: wherever the system likes. */
  readonly core: string | undefined
  readonly nodeOptions?: readonly string[]
}

const running = new Set<ChildProcess>()
const leash = new URL('./leash.js', import.meta.url).href
const graceMilliseconds = 5_000

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a program under Node, pinned where a core is given, on a leash. */
export function startProgram({
  path,
  args = [],
  environment,
  core,
  nodeOptions = [],
}: Program): ChildProcess {
  const file = fileURLToPath(new URL(path, import.meta.url))
  const node = [process.execPath, ...nodeOptions, '--import', leash, file, ...args]
  const [command = '', ...rest] = core === undefined ? node : ['taskset', '-c', core, ...node]
  const child = spawn(command, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  keepWith(child)
  let lastWords = ''
  child.stderr?.on('data', (text: Buffer) => {
    lastWords = (lastWords + text.toString()).slice(-4_000)
  })
  child.once('exit', (code) => {
    if (code) console.error(`${path} ended with ${code}:\n${lastWords}`)
  })
  return child
}

/** Has a child end with the benchmark. */
export function keepWith(child: ChildProcess): ChildProcess {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** The next message of a child; fails where the child ends first. */
export async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const [message] = await firstOf(child, once(child, 'message'))
  return message as Message
}

/** Waits until a child prints a line that matches. */
export async function printedLine(child: ChildProcess, pattern: RegExp): Promise<void> {
  let text = ''
  const printed = new Promise<void>((resolve) => {
    const read = (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4_000)
      if (!pattern.test(text)) return
      // What follows is read and dropped: a pipe that fills up would stop the child.
      child.stdout?.off('data', read).resume()
      resolve()
    }
    child.stdout?.on('data', read)
  })
  await firstOf(child, printed)
}

/** Asks all children to end, and makes those that do not. */
export async function stopChildren(): Promise<void> {
  await Promise.all([...running].map(stopChild))
}

/** Asks one to end, and makes it if it does not. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds)
  await ended
  clearTimeout(impatience)
}

async function firstOf<Value>(child: ChildProcess, value: Promise<Value>): Promise<Value> {
  const given = new AbortController()
  const ended = once(child, 'exit', { signal: given.signal }).then(() => {
    throw new Error('a process of the benchmark ended before its time')
  })
  ended.catch(() => undefined)
  try {
    return await Promise.race([value, ended])
  } finally {
    given.abort()
  }
}
