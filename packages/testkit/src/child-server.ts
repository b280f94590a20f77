import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

/** What a server in a process of its own is started by. */
export interface ChildServerOptions {
  program: string
  args: string[]
  /** Sent as the first line of its input, which stays open until it is to end. */
  settings?: unknown
  /** Where it will listen; without one, the first line that it writes is its port. */
  port?: number
  /** How long it may take to end when it is told to, before it is killed; 5000 unless said. */
  patienceMs?: number
}

/** A server that answers on 127.0.0.1 from a process of its own. */
export interface ChildServer {
  readonly port: number
  readonly processId: number
  close(): Promise<void>
}

/** Starts a program and waits until its port accepts; an early end fails with what it wrote. */
export async function childServer(options: ChildServerOptions): Promise<ChildServer> {
  const child = spawn(options.program, options.args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const output: string[] = []
  const ended = endOf(child)
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)))
  // It may end before it has read them, and then says why itself.
  child.stdin.on('error', () => undefined)
  if (options.settings !== undefined) child.stdin.write(`${JSON.stringify(options.settings)}\n`)
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)

  const close = async () => {
    process.off('exit', killAtExit)
    await stop(child, ended, options.patienceMs ?? 5000)
  }
  const failed = ended.then((end): never => {
    throw new Error(`${options.program} ended before it served (${end}).\n${output.join('')}`)
  })
  failed.catch(() => undefined)
  try {
    const port = options.port ?? (await Promise.race([portFrom(child), failed]))
    await Promise.race([accepting(port, () => child.exitCode === null), failed])
    return { port, processId: child.pid ?? 0, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (cause) => resolve(cause.message))
    child.once('close', (code, signal) => resolve(signal ?? `status ${code}`))
  })
}

async function stop(child: ChildProcess, ended: Promise<string>, patienceMs: number) {
  child.stdin?.end()
  child.kill('SIGTERM')
  const patience = new AbortController()
  const tooLong = wait(patienceMs, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  )
  await ended
  patience.abort()
  await tooLong
}

async function portFrom(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('Its output is not read.')
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line')) as [string]
  lines.close()
  child.stdout.resume()
  const port = Number(line)
  if (!Number.isInteger(port)) throw new Error(`Its first line was to be its port, but is: ${line}`)
  return port
}

async function accepting(port: number, alive: () => boolean) {
  while (alive() && !(await accepts(port))) await wait(20)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
