import cluster from 'node:cluster'
import { isOutOfReach, traceOf } from '@sallyport/core'
import pino, { type Logger } from 'pino'
import { type Config, readConfig } from '../config.ts'
import { coreDumpsRemain } from '../core-dumps.ts'
import { debuggingFaults } from '../debugging.ts'
import { StartRefused } from '../start-refused.ts'
import { CommandRefused } from './command-refused.ts'
import { type CommandOptions, whichRealm } from './which-realm.ts'

/** Bad configuration (EX_CONFIG), a taken port among it. */
export const badConfiguration = 78
const tryLater = 75
const notInReach = 'The key service cannot be reached, and nothing was done. Try again when it can'
/** Of a command that was given what it does not take, or not what it needs. */
export const badUsage = 64

/** Runs a command by what the environment says; what stands against it is said in sentences, with status 78. */
export async function configured(run: (config: Config, log: Logger) => Promise<void>): Promise<void> {
  const read = readConfig()
  const exposed = debuggingFaults()
  if ('faults' in read) return refuse([...read.faults, ...exposed])
  if (exposed.length > 0) return refuse(exposed)
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
  // Workers have the primary's limits.
  if (!cluster.isWorker && coreDumpsRemain()) {
    log.warn('a crash could write every secret in memory to a core dump: start with `ulimit -c 0`')
  }
  try {
    await run(config, log)
  } catch (error) {
    if (error instanceof StartRefused) return refuse(error.faults)
    if (isOutOfReach(error)) return refuse([`${notInReach} (${error.detail}).`], tryLater)
    if (error instanceof CommandRefused) return refuse([error.message], error.exitCode)
    throw error
  }
}

/** The same for a command that works on one realm. */
export function configuredRealm(
  options: CommandOptions,
  run: (config: Config) => Promise<void>,
): Promise<void> {
  return configured(async (config) => {
    const realm = whichRealm(config, options)
    if ('refusal' in realm) refuse([realm.refusal], badUsage)
    else await run(realm)
  })
}

/** At once, so that whoever reads the first line has them all. */
export function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

function refuse(faults: readonly string[], exitCode = badConfiguration): void {
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = exitCode
}
