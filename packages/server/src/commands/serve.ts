import pino from 'pino'
import { compose, type Sallyport } from '../compose.ts'
import { type Config, readConfig } from '../config.ts'
import { StartRefused } from '../start-refused.ts'

const badConfiguration = 78
const drainMilliseconds = 30_000

/** Serves until SIGTERM or SIGINT, then lets what is under way end. */
export async function serve(): Promise<void> {
  const read = readConfig(process.env)
  if ('faults' in read) return refuse(read.faults)
  const { config } = read
  const log = pino({ name: 'sallyport', base: null }, pino.destination({ fd: 2, sync: true }))
  try {
    const sallyport = await compose(config, log)
    stopOnSignal(sallyport)
    await start(sallyport, config)
  } catch (error) {
    if (error instanceof StartRefused) return refuse(error.faults)
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
  const token = isSetUp ? undefined : await broker.setup.offer()
  await listen(sallyport, config)
  say(`Sallyport listens on ${config.publicUrl}`)
  if (practiceOrigin) say(`Practice provider on ${practiceOrigin}`)
  if (token) say(`Set up once: ${config.publicUrl}/setup#token=${token}`)
  app.log.info({ port: config.port }, 'listening')
}

async function listen(sallyport: Sallyport, config: Config): Promise<void> {
  try {
    await sallyport.app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await sallyport.close()
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'EADDRINUSE') {
      throw new StartRefused([`SALLYPORT_PORT ${config.port} is taken. Stop what listens there, or choose another.`])
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
}

function refuse(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = badConfiguration
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
