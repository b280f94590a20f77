import { traceOf } from '@sallyport/core'
import pino from 'pino'
import { compose, type Outside, practicePort, type Sallyport } from '../compose.ts'
import { type Config, readConfig } from '../config.ts'
import { StartRefused } from '../start-refused.ts'

const badConfiguration = 78
const drainMilliseconds = 30_000

/** Serves until SIGTERM or SIGINT, then lets what is under way end. */
export async function serve(outside?: Outside): Promise<void> {
  const read = readConfig()
  if ('faults' in read) return refuse(read.faults)
  const { config } = read
  const log = pino({ name: 'sallyport', base: null }, pino.destination({ fd: 2, sync: true }))
  // In place of Node's own last words, which show the error with all that it quotes (D2).
  process.on('uncaughtException', (error) => {
    log.fatal({ cause: traceOf(error) }, 'crashed')
    process.exit(1)
  })
  for (const variable of config.unknownVariables) log.warn({ variable }, 'this variable decides nothing here')
  try {
    const sallyport = await compose(config, log, outside)
    stopOnSignal(sallyport)
    await start(sallyport, config)
  } catch (error) {
    if (error instanceof StartRefused) return refuse(error.faults)
    const unusable = unusableFolder(config, error)
    if (unusable) return refuse([unusable])
    throw error
  }
}

async function start(sallyport: Sallyport, config: Config): Promise<void> {
  const { app, broker, practiceOrigin } = sallyport
  const isSetUp = await broker.setup.isDone()
  if (!config.isLoopback && !isSetUp) {
    await sallyport.close()
    throw new StartRefused([
      'SALLYPORT_HOST may be other than loopback only once set-up is done. Set up on loopback first, or set SALLYPORT_ADMIN_KEY.',
    ])
  }
  await listen(sallyport, config)
  // Not before the port is ours: a second start by mistake would take the first one's link away.
  const token = isSetUp ? undefined : await broker.setup.offer()
  say([
    `Sallyport listens on ${config.publicUrl}`,
    ...(config.practice ? [practiceLine(practiceOrigin, config)] : []),
    ...(token ? [`Set up once: ${config.publicUrl}/setup#token=${token}`] : []),
  ])
  app.log.info({ port: config.port }, 'listening')
}

function practiceLine(origin: string | undefined, config: Config): string {
  if (origin) return `Practice provider on ${origin}`
  return `No practice provider: port ${practicePort(config)} is taken. Free it, or choose another SALLYPORT_PORT.`
}

async function listen(sallyport: Sallyport, config: Config): Promise<void> {
  try {
    await sallyport.app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await sallyport.close()
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'EADDRINUSE') {
      throw new StartRefused([
        `SALLYPORT_PORT ${config.port} is taken. Stop what listens there, or choose another.`,
      ])
    }
    throw new StartRefused([`SALLYPORT_HOST ${config.host} cannot be listened on (${code}).`])
  }
}

function stopOnSignal(sallyport: Sallyport): void {
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    // What has not ended by then is held by a peer that does not answer.
    setTimeout(() => process.exit(0), drainMilliseconds).unref()
    void sallyport.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // Without a listener Node opens a debugger, which shows every secret to whoever is on the machine (E7).
  process.on('SIGUSR1', () => undefined)
}

/** What the file system or the database has against the data folder, for the operator. */
function unusableFolder({ dataFolder }: Config, error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined
  if (error.code === 'ERR_SQLITE_ERROR') {
    return `SALLYPORT_DATA_DIR ${dataFolder} holds a database that cannot be opened: ${error.message}. Put a sound one there, or choose another folder.`
  }
  return 'syscall' in error
    ? `SALLYPORT_DATA_DIR ${dataFolder} cannot be used (${error.code}). Choose a folder that this user may write to.`
    : undefined
}

function refuse(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = badConfiguration
}

/** At once, so that whoever reads the first line has them all. */
function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
