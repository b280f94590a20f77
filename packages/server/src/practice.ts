import { startPractice } from '@sallyport/emulator'
import type { Logger } from 'pino'
import type { Config } from './config.ts'

/** Ten thousand beside our own, where there is room. */
export function practicePort({ port }: Pick<Config, 'port'>): number {
  if (port === 0) return 0
  return port + (port <= 55_535 ? 10_000 : -10_000)
}

/** Beside our own port, so that definitions made with it work after a restart; undefined where that is taken. */
export async function practiceProvider(config: Config, log: Logger) {
  const port = practicePort(config)
  try {
    return await startPractice({ host: '127.0.0.1', port })
  } catch (error) {
    log.warn(
      { port, cause: error instanceof Error ? error.name : undefined },
      'no practice provider: its port is taken',
    )
    return undefined
  }
}
