import { compose, type Outside, practicePort, type Sallyport } from '../compose.ts'
import type { Config } from '../config.ts'
import { StartRefused } from '../start-refused.ts'
import { configured, say } from './configured.ts'

const drainMilliseconds = 30_000

/** Serves until SIGTERM or SIGINT, then lets what is under way end. */
export function serve(outside?: Outside): Promise<void> {
  return configured(async (config, log) => {
    const sallyport = await compose(config, log, outside)
    stopOnSignal(sallyport)
    await start(sallyport, config)
  })
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
