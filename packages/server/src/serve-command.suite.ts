import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { freePort } from './sallyport.suite.ts'

/** The program as it is installed: `npm test` builds it before it runs any test. */
const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

type Environment = Readonly<Record<string, string>>

/** A Sallyport in a process of its own, with nothing in its environment but what the test says. */
export interface ServeCommand {
  readonly child: ChildProcess
  readonly origin: string
  /** Everything printed so far. */
  stdout(): string
  stderr(): string
  /** Resolves when it listens; rejects when it ends before. */
  readonly listening: Promise<void>
  /** The exit code; null after a signal. */
  readonly exited: Promise<number | null>
}

/** A folder for this test alone. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts `sallyport serve` in a folder, of one process unless told otherwise, and ends it with the test at the latest. */
export async function serveCommand(folder: string, environment: Environment = {}): Promise<ServeCommand> {
  const port = environment.SALLYPORT_PORT ?? String(await freePort())
  // With the most careless umask and limits, so that what is private is so by itself.
  const careless = 'umask 000; ulimit -S -c $(ulimit -H -c); exec "$0" "$@"'
  const child = spawn('/bin/sh', ['-c', careless, process.execPath, program, 'serve'], {
    cwd: folder,
    env: { SALLYPORT_PORT: port, SALLYPORT_PRACTICE: 'off', SALLYPORT_WORKERS: '1', ...environment },
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    printed.stderr += chunk.toString()
  })
  const exited = once(child, 'close').then(([code]) => code as number | null)
  const listening = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => printed.stdout.includes('Sallyport listens on') && resolve())
    void exited.then((code) => reject(new Error(`ended with ${code}: ${printed.stderr}`)))
  })
  // Whoever waits for the end alone need not hear of it twice.
  listening.catch(() => undefined)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    child,
    origin: `http://127.0.0.1:${port}`,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    listening,
    exited,
  }
}

/** The token behind the # of the set-up link that was printed. */
export function setupToken(sallyport: ServeCommand): string | undefined {
  return /\/setup#token=(\S+)/.exec(sallyport.stdout())?.[1]
}

/** Sets it up and returns the first key. */
export async function firstKey(sallyport: ServeCommand): Promise<string> {
  const reply = await fetch(`${sallyport.origin}/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: setupToken(sallyport) }),
  })
  if (reply.status !== 201) throw new Error(`set-up answered ${reply.status}`)
  return ((await reply.json()) as { key: string }).key
}
