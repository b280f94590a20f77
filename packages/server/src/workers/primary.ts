import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { traceOf } from '@sallyport/core'
import type { Logger } from 'pino'
import { say } from '../commands/configured.ts'
import { wallClock } from '../compose.ts'
import { type Config, ofRealm } from '../config.ts'
import { whenInReach } from '../in-reach.ts'
import { greeting, type SetupOffer } from '../listening.ts'
import { withDatabase } from '../opened-database.ts'
import { practiceProvider } from '../practice.ts'
import type { RealmSettings } from '../realm-settings.ts'
import { openEach, refuseSharedKeys } from '../separate-realms.ts'
import { StartRefused } from '../start-refused.ts'
import { longestStopMilliseconds } from '../stop.ts'
import { withWaitingRoom } from '../waiting-room.ts'
import type { FromWorker, Role, ToWorker } from './messages.ts'
import { RealmExchange } from './realm-exchange.ts'

const shortestPauseMilliseconds = 500
const longestPauseMilliseconds = 30_000
/** After which workers have ended themselves. */
const impatientMilliseconds = longestStopMilliseconds + 1_000

/**
 * Runs the workers of this node, which share its port: starts another for each that ends, has them tell each other what
 * changes, and ends with them. It serves nothing itself, and keeps the data folder to this node.
 */
export async function supervise(config: Config, log: Logger): Promise<void> {
  refuseSharedKeys(config)
  const open = (realm: RealmSettings) => {
    const its = config.realms.length === 1 ? log : log.child({ realm: realm.realm })
    const wanted = { config: ofRealm(config, realm), clock: wallClock, log: its }
    return withDatabase(wanted, async ({ database }) => database)
  }
  const openAll = () => openEach(config.realms, open, (database) => database.close())
  const { opened, late } = await withWaitingRoom(config, log, openAll)
  const databases = [...opened]
  const practice = config.practice ? await practiceProvider(config, log) : undefined
  const node = new WorkerGroup({ config, log, practiceOrigin: practice?.origin, late })
  const close = async () => {
    await node.stop()
    await practice?.close()
    await Promise.all(databases.map((database) => database.close()))
  }
  const stop = async () => {
    await close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  try {
    const setup = await node.start()
    say(greeting(config, { practiceOrigin: practice?.origin, setup }))
    log.info({ port: config.port, workers: config.workers }, 'listening')
    for (const realm of late) {
      const its = log.child({ realm: realm.realm })
      void openLate(realm, { open, log: its }).then((database) => {
        if (!database) return
        databases.push(database)
        node.open(realm.realm)
      })
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** As soon as its key service can be reached; undefined where it refuses. */
async function openLate<Opened>(
  realm: RealmSettings,
  { open, log }: { readonly open: (realm: RealmSettings) => Promise<Opened>; readonly log: Logger },
): Promise<Opened | undefined> {
  const told = ({ detail }: { readonly detail: string | undefined }) =>
    log.warn({ detail }, 'the key service cannot be reached: this realm comes later')
  try {
    return await whenInReach(() => open(realm), { told })
  } catch (error) {
    const refusals = error instanceof StartRefused ? error.faults : undefined
    log.error(
      { refusals, cause: traceOf(error) },
      'this realm cannot be opened: correct it, then start again',
    )
    return undefined
  }
}

interface GroupPorts {
  readonly config: Config
  readonly log: Logger
  readonly practiceOrigin: string | undefined
  readonly late: readonly RealmSettings[]
}

interface Launch {
  readonly number: number
  /** Nobody else uses the database yet. */
  readonly isAlone: boolean
  readonly after?: Promise<unknown>
}

class WorkerGroup {
  readonly #ports: GroupPorts
  readonly #exchanges: ReadonlyMap<string, RealmExchange>
  readonly #restarts = new Set<NodeJS.Timeout>()
  readonly #late: Set<string>
  #isStopping = false

  constructor(ports: GroupPorts) {
    this.#ports = ports
    this.#late = new Set(ports.late.map(({ realm }) => realm))
    this.#exchanges = new Map(ports.config.realms.map(({ realm }) => [realm, new RealmExchange(realm)]))
  }

  /** Comes back when all listen. The first is alone when it begins: it ends what earlier processes left. @throws StartRefused */
  async start(): Promise<readonly SetupOffer[]> {
    const { workers } = this.#ports.config
    const first = this.#launch({ number: 1, isAlone: true })
    const others = Array.from({ length: workers - 1 }, (_, index) =>
      this.#launch({ number: index + 2, isAlone: false, after: first }),
    )
    const [setup] = await Promise.all([first, ...others])
    return setup
  }

  /** Has every worker open a realm that was late. */
  open(realm: string): void {
    this.#late.delete(realm)
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker?.isConnected()) worker.send({ kind: 'open', realm } satisfies ToWorker)
    }
  }

  /** Has all end what is under way; none is cut off before all have. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const restart of this.#restarts) clearTimeout(restart)
    const running = Object.values(cluster.workers ?? {}).flatMap((worker) => worker ?? [])
    const ended = Promise.all(running.map((worker) => once(worker, 'exit')))
    const impatience = setTimeout(() => {
      for (const worker of running) worker.process.kill('SIGKILL')
    }, impatientMilliseconds)
    await Promise.all(running.map(closed))
    for (const worker of running) if (worker.isConnected()) worker.process.disconnect()
    await ended
    clearTimeout(impatience)
  }

  /**
   * Comes back when it listens; from then on another takes its place should it end. It loads at once, and begins after
   * what is to come before it.
   */
  #launch({ number, isAlone, after }: Launch): Promise<readonly SetupOffer[]> {
    const { practiceOrigin } = this.#ports
    const worker = cluster.fork()
    const begin = () => {
      const late = [...this.#late]
      const role: Role = { number, isBackground: number === 1, isAlone, practiceOrigin, late }
      if (worker.isConnected()) worker.send({ kind: 'start', role } satisfies ToWorker)
    }
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'begun') void Promise.resolve(after).then(begin, () => undefined)
        else if (message.kind === 'refused') reject(new StartRefused(message.faults))
        else if (message.kind === 'closed') this.#cutOff(worker)
        else if (message.kind !== 'listening') this.#exchanges.get(message.realm)?.receive(worker, message)
        else {
          for (const exchange of this.#exchanges.values()) exchange.join(worker)
          this.#watch(worker, number)
          resolve(message.setup)
        }
      })
      worker.once('exit', (code, signal) => {
        for (const exchange of this.#exchanges.values()) exchange.leave(worker)
        reject(new Error(`A worker ended with ${signal ?? code} before it listened.`))
      })
    })
  }

  /** Somebody else asked it to end. */
  #cutOff(worker: Worker): void {
    if (!this.#isStopping) worker.process.disconnect()
  }

  #watch(worker: Worker, number: number): void {
    worker.once('exit', (code, signal) => {
      if (this.#isStopping) return
      this.#ports.log.error({ worker: number, code, signal }, 'a worker ended; another takes its place')
      this.#again(number, shortestPauseMilliseconds)
    })
  }

  #again(number: number, pause: number): void {
    const restart = setTimeout(() => {
      this.#restarts.delete(restart)
      this.#launch({ number, isAlone: false }).catch((cause: unknown) => {
        if (this.#isStopping) return
        this.#ports.log.error({ worker: number, cause: traceOf(cause) }, 'a worker could not be started')
        this.#again(number, Math.min(pause * 2, longestPauseMilliseconds))
      })
    }, pause)
    this.#restarts.add(restart)
  }
}

/** Asks a worker to end, and comes back when all that it had under way has ended, or it is gone. */
function closed(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'closed') resolve()
    })
    if (worker.isConnected()) worker.send({ kind: 'stop' } satisfies ToWorker)
  })
}
