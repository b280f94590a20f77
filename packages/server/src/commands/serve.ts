import cluster from 'node:cluster'
import type { Logger } from 'pino'
import type { Outside } from '../compose.ts'
import type { Config } from '../config.ts'
import { greeting, startListening } from '../listening.ts'
import { composeRealms } from '../realms.ts'
import { stopOnce } from '../stop.ts'
import { withWaitingRoom } from '../waiting-room.ts'
import { supervise } from '../workers/primary.ts'
import { work } from '../workers/worker.ts'
import { configured, say } from './configured.ts'

/** Serves until SIGTERM or SIGINT, then lets what is under way end. */
export function serve(outside?: Outside): Promise<void> {
  return configured((config, log) => {
    if (cluster.isWorker) return work(config, log, outside)
    return config.workers > 1 ? supervise(config, log) : serveAlone(config, log, outside)
  })
}

async function serveAlone(config: Config, log: Logger, outside?: Outside): Promise<void> {
  const deployment = await withWaitingRoom(config, log, () => composeRealms(config, log, { outside }))
  const stop = stopOnce(deployment)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const setup = await startListening(deployment, config)
  say(greeting(config, { practiceOrigin: deployment.practiceOrigin, setup }))
  log.info({ port: config.port }, 'listening')
}
