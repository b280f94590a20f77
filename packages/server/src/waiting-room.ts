import { createServer, type RequestListener } from 'node:http'
import { SallyportError } from '@sallyport/core'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { fail } from './endpoints/proxy.ts'
import { connectionLimits } from './http/connection-limits.ts'
import type { Listeners } from './http/listener.ts'
import { problemReply } from './http/problem.ts'
import { requestIds } from './http/request-id.ts'
import { responseOn } from './http/response-on.ts'
import { dropRest } from './http/rest-of-request.ts'
import { whenInReach } from './in-reach.ts'
import { refusedAddress } from './listening.ts'

const waits =
  'Sallyport waits for the service that keeps its keys, and starts as soon as that answers. Whoever runs it has to look at the service; try again later.'

/** Answers for what cannot start before its key service can be reached: it lives, and is not ready. */
export function waitingListeners(publicUrl: string): Listeners {
  const newRequestId = requestIds()
  const refuse: Listeners['refuse'] = (response) => {
    response.once('close', () => dropRest(response.req))
    const error = new SallyportError('key_service_unavailable', { message: waits, retryAfterSeconds: 5 })
    fail(response, problemReply(publicUrl, error, newRequestId()))
  }
  const router: RequestListener = (request, response) => {
    if (request.url !== '/healthz') return refuse(response)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
  }
  return {
    refuse,
    router,
    proxy: (_request, response) => refuse(response),
    sftp: (_request, response) => refuse(response),
    webSocket: (request, socket) => refuse(responseOn(socket, request)),
  }
}

/**
 * Does what needs a key service as soon as that can be reached, and listens in the meantime: monitors are told why nothing
 * is ready (E6).
 *
 * @throws StartRefused
 */
export async function withWaitingRoom<Result>(
  config: Config,
  log: Logger,
  work: () => Promise<Result>,
): Promise<Result> {
  let close = async () => undefined as unknown
  try {
    return await whenInReach(work, {
      async told({ detail }) {
        close = await listen(config)
        log.warn({ detail }, 'the key service cannot be reached: this starts as soon as it can')
      },
    })
  } finally {
    await close()
  }
}

async function listen(config: Config): Promise<() => Promise<unknown>> {
  const { router } = waitingListeners(config.publicUrl)
  const server = createServer(connectionLimits(), router)
  const end = () => process.exit(0)
  // Whoever is process 1 ends at no signal that nobody listens to.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusedAddress(error, config)))
    server.listen({ host: config.host, port: config.port }, resolve)
  })
  return () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, end)
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    return closed
  }
}
