import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A server program on a port of 127.0.0.1, run in the foreground. */
export interface Daemon {
  readonly port: number
  /** What it wrote. */
  log(): string
  /** Ends it and the processes that serve its connections. */
  stop(): Promise<void>
}

/** Starts a program, and resolves when its port answers. */
export async function startDaemon(program: string, args: readonly string[], port: number): Promise<Daemon> {
  // Its own process group: these servers fork for each connection.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written += chunk.toString()
    })
  }
  child.on('error', (error) => {
    written += error.message
  })
  const end = () => endGroup(child)
  process.once('exit', end)
  for (let attempt = 0; !(await answers(port)); attempt += 1) {
    if (attempt === 200 || child.exitCode !== null) {
      end()
      throw new Error(`${program} did not start: ${written}`)
    }
    await wait(50)
  }
  return {
    port,
    log: () => written,
    async stop() {
      process.off('exit', end)
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      end()
      await ended
    },
  }
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return address.port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.once('data', () => socket.destroy())
  })
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
