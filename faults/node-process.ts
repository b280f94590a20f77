import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Order } from './order.ts'
import { type Reply, send } from './send.ts'

const here = dirname(fileURLToPath(import.meta.url))
/** What was built, also where tests run the sources. */
const program = join(basename(here) === 'dist' ? here : join(here, 'dist'), 'node.js')

/** How a node is started, each time alike. */
export interface NodeSettings {
  /** For its data, and beside them its trail; it outlives its processes. */
  readonly folder: string
  readonly port: number
  readonly adminKey: string
  readonly environment: Readonly<Record<string, string>>
}

/** A Sallyport on a folder and a port, in one process after another. */
export class NodeProcess {
  readonly settings: NodeSettings
  readonly dataFolder: string
  readonly #trail: string
  #child: ChildProcess | undefined
  #ended: Promise<unknown> = Promise.resolve()
  #log = ''

  constructor(settings: NodeSettings) {
    this.settings = settings
    this.dataFolder = join(settings.folder, 'data')
    this.#trail = join(settings.folder, 'trail')
    mkdirSync(this.dataFolder, { recursive: true, mode: 0o700 })
  }

  /**
   * @returns once it serves, or has died at its failpoint
   * @throws Error with its last words, when it ends of itself
   */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<'serves' | 'died'> {
    if (this.isRunning) throw new Error('A node is started once it has ended.')
    const { port, adminKey } = this.settings
    const child = spawn(process.execPath, [program], {
      env: {
        ...withoutOurs(),
        ...this.settings.environment,
        SALLYPORT_PORT: String(port),
        SALLYPORT_DATA_DIR: this.dataFolder,
        SALLYPORT_ADMIN_KEY: adminKey,
        SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8',
        SALLYPORT_PRACTICE: 'off',
        SALLYPORT_WORKERS: '1',
        TRAIL: this.#trail,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    this.#ended = once(child, 'exit')
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString()
    })
    const listening = new Promise<'serves'>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes('listens on')) resolve('serves')
      })
    })
    const ended = once(child, 'close').then(([, signal]) => {
      if (signal === 'SIGKILL') return 'died' as const
      throw new Error(`A node ended before its time. ${this.#log.slice(-2000)}`)
    })
    ended.catch(() => undefined)
    return Promise.race([listening, ended])
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves when it is gone. */
  async died(): Promise<void> {
    await this.#ended
  }

  async order(order: Partial<Order> & Pick<Order, 'failpoint'>): Promise<void> {
    const child = this.#child
    if (!child) throw new Error('A node that was never started takes no orders.')
    const armed = once(child, 'message')
    child.send({ wakesLaterMilliseconds: 0, ...order })
    await armed
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** Ends it without a chance to tidy up. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.died()
  }

  /** The steps of an account's renewals that its processes reached, and where they were killed, stopped and woken. */
  steps(accountId: string): string[] {
    const lines = readFileSync(this.#trail, { encoding: 'utf8', flag: 'a+' }).split('\n')
    return lines.filter((line) => line.endsWith(` ${accountId}`)).map((line) => line.split(' ')[0] ?? '')
  }

  /** All that its processes have logged. */
  log(): string {
    return this.#log
  }

  request(method: string, path: string, body?: unknown): Promise<Reply> {
    const { port, adminKey } = this.settings
    return send(`http://127.0.0.1:${port}${path}`, { method, key: adminKey, body })
  }
}

function withoutOurs(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SALLYPORT_')))
}
