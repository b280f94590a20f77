import cluster from 'node:cluster'
import { traceOf } from '@sallyport/core'
import pino, { type Logger } from 'pino'
import { type Config, readConfig } from '../config.ts'
import { StartRefused } from '../start-refused.ts'

const badConfiguration = 78

/** Runs a command by what the environment says; what stands against it is said in sentences, with status 78. */
export async function configured(run: (config: Config, log: Logger) => Promise<void>): Promise<void> {
  const read = readConfig()
  if ('faults' in read) return refuse(read.faults)
  const { config } = read
  const { logLevel: level } = config.telemetry
  const log = pino({ name: 'sallyport', base: null, level }, pino.destination({ fd: 2, sync: true }))
  // In place of Node's own last words, which show the error with all that it quotes (D2).
  process.on('uncaughtException', (error) => {
    log.fatal({ cause: traceOf(error) }, 'crashed')
    process.exit(1)
  })
  // Of several processes of a node one says so.
  const unknown = cluster.isWorker ? [] : config.unknownVariables
  for (const variable of unknown) log.warn({ variable }, 'this variable decides nothing here')
  try {
    await run(config, log)
  } catch (error) {
    if (error instanceof StartRefused) return refuse(error.faults)
    const unusable = unusableFolder(config, error)
    if (unusable) return refuse([unusable])
    throw error
  }
}

/** At once, so that whoever reads the first line has them all. */
export function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
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
