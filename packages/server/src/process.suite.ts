import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './sallyport.suite.ts'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** A Sallyport in a process of its own, as `npm start` runs it: what was built, real signals. */
export interface SallyportProcess {
  readonly pid: number
  readonly origin: string
  /** Its `SALLYPORT_ADMIN_KEY`; empty where it was started without. */
  readonly adminKey: string
  /** From the set-up link, once it has printed that. */
  setupToken(): Promise<string>
  readonly dataFolder: string
  stdout(): string
  stderr(): string
  /** Resolves when it is gone, however that came. */
  readonly ended: Promise<Ended>
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<Ended>
  /** SIGTERM, or another signal that asks. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Spawns one and waits until it prints that it listens. Loopback addresses are allowed, so that it reaches the
 * testkit's providers; an empty value in `environment` takes a variable away.
 *
 * @throws Error with what it printed, when it ends before it listens
 */
export async function spawnSallyport(
  environment: Readonly<Record<string, string>> = {},
  dataFolder = mkdtempSync(join(tmpdir(), 'sallyport-')),
): Promise<SallyportProcess> {
  const settings = {
    SALLYPORT_PORT: String(environment.SALLYPORT_PORT ?? (await freePort())),
    SALLYPORT_DATA_DIR: dataFolder,
    SALLYPORT_ADMIN_KEY: `admin-${randomBytes(24).toString('hex')}`,
    SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8',
    SALLYPORT_PRACTICE: 'off',
    SALLYPORT_WORKERS: '1',
    ...environment,
  }
  const server = launch(settings)
  await server.listening
  return {
    ...server,
    origin: `http://127.0.0.1:${settings.SALLYPORT_PORT}`,
    adminKey: settings.SALLYPORT_ADMIN_KEY,
    setupToken: async () => (await server.printed(/^Set up once: .*#token=(\S+)\n/m))[1] ?? '',
    dataFolder,
  }
}

/** Starts the program with exactly these of its variables, to serve unless told otherwise, and waits for nothing. */
export function launch(settings: Readonly<Record<string, string>>, words: readonly string[] = ['serve']) {
  const child = spawn(process.execPath, [program, ...words], {
    env: environmentWith(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stdout = collected(child.stdout)
  const stderr = collected(child.stderr)
  const atExit = () => void child.kill('SIGKILL')
  process.once('exit', atExit)
  const ended: Promise<Ended> = once(child, 'close').then(([code, signal]) => {
    process.off('exit', atExit)
    return { code, signal }
  })
  const send = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  const tooEarly = ended.then(({ code, signal }) => {
    throw new Error(`It ended with ${signal ?? code} before it printed that: ${stderr.text()}`)
  })
  // Some wait for its end alone.
  tooEarly.catch(() => undefined)
  const printed = (line: RegExp) => Promise.race([stdout.has(line), tooEarly])
  const listening = printed(/^Sallyport listens on .*\n/m)
  listening.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    stdout: stdout.text,
    stderr: stderr.text,
    ended,
    kill: () => send('SIGKILL'),
    stop: (signal: NodeJS.Signals = 'SIGTERM') => send(signal),
    /** Resolves when it has printed such a line. */
    printed,
    listening,
  }
}

/** Runs a command of the program to its end. */
export async function run(words: readonly string[], settings: Readonly<Record<string, string>>) {
  const command = launch(settings, words)
  const { code } = await command.ended
  return { code, stdout: command.stdout(), stderr: command.stderr() }
}

function environmentWith(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SALLYPORT_'))
  return Object.fromEntries([...inherited, ...Object.entries(settings).filter(([, value]) => value !== '')])
}

function collected(stream: NodeJS.ReadableStream | null) {
  let text = ''
  const waiting = new Set<() => void>()
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    for (const check of waiting) check()
  })
  return {
    text: () => text,
    has: (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve) => {
        const check = () => {
          const match = pattern.exec(text)
          if (match) resolve(match)
        }
        waiting.add(check)
        check()
      }),
  }
}
