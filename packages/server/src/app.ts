import { createServer } from 'node:http'
import { type Broker, SallyportError } from '@sallyport/core'
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { registerCallback } from './endpoints/callback.ts'
import { proxyHandler } from './endpoints/proxy.ts'
import { registerPublic } from './endpoints/public.ts'
import { registerEndpoints } from './endpoints/register.ts'
import { registerSetup } from './endpoints/setup.ts'
import { onClientError, parserHeaderLimit } from './http/header-overflow.ts'
import { problemReply } from './http/problem.ts'
import { requestIds } from './http/request-id.ts'

export interface AppOptions {
  readonly broker: Broker
  readonly publicUrl: string
  readonly practiceOrigin: string | undefined
  readonly trustedProxies: readonly string[]
  readonly log: Logger
}

const longestBody = 1_048_576

/** The HTTP server: the passage beside the router, everything else through it. */
export function createApp(options: AppOptions): FastifyInstance {
  const { broker, publicUrl, log } = options
  const newRequestId = requestIds()
  const onFailure = (error: unknown, requestId: string) => logFailure(log, error, requestId)
  const proxy = proxyHandler({ broker, publicUrl, newRequestId, onFailure })
  let ready = true

  const app: FastifyInstance = fastify({
    loggerInstance: log as FastifyBaseLogger,
    disableRequestLogging: true,
    genReqId: newRequestId,
    bodyLimit: longestBody,
    trustProxy: [...options.trustedProxies],
    forceCloseConnections: 'idle',
    serverFactory: (handler) => {
      const server = createServer({ maxHeaderSize: parserHeaderLimit, keepAliveTimeout: 72_000 }, (request, response) =>
        request.url?.startsWith('/proxy/') ? void proxy(request, response) : handler(request, response),
      )
      server.on('clientError', onClientError)
      return server
    },
  })
  app.addContentTypeParser(
    'application/merge-patch+json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  )
  app.removeContentTypeParser('text/plain')
  app.addHook('onResponse', async (request, reply) => {
    // The route's template and not the address: that may hold a state, a code or a token (D4).
    const route = request.routeOptions.url ?? 'unknown'
    log.info({ requestId: request.id, method: request.method, route, status: reply.statusCode }, 'request')
  })
  app.addHook('onSend', async (request, reply) => {
    reply.header('sallyport-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store')
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const failure = failureOf(error)
    onFailure(failure, request.id)
    const problem = problemReply(publicUrl, failure, request.id)
    return reply.code(problem.status).headers(problem.headers).send(JSON.stringify(problem.body))
  })
  app.setNotFoundHandler(() => {
    throw new SallyportError('not_found')
  })
  app.addHook('preClose', async () => {
    ready = false
  })

  registerPublic(app, { publicUrl, practiceOrigin: options.practiceOrigin, isReady: () => ready })
  registerSetup(app, broker)
  registerCallback(app, broker, publicUrl.startsWith('https:'))
  registerEndpoints(app, broker)
  return app
}

/** What the framework refuses, in the words of the table. */
function failureOf(error: FastifyError): unknown {
  if (error instanceof SallyportError) return error
  const byStatus: Readonly<Record<number, ConstructorParameters<typeof SallyportError>[0]>> = {
    400: error.code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' ? 'bad_request' : 'malformed_json',
    404: 'not_found',
    413: 'body_too_large',
    414: 'uri_too_long',
    415: 'media_type_unsupported',
    431: 'headers_too_large',
  }
  const code = error.statusCode === undefined ? undefined : byStatus[error.statusCode]
  return code ? new SallyportError(code, { detail: error.code }) : error
}

function logFailure(log: Logger, error: unknown, requestId: string): void {
  if (error instanceof SallyportError && error.status < 500) {
    log.debug({ requestId, code: error.code, detail: error.detail }, error.message)
  } else if (error instanceof SallyportError) {
    log.warn({ requestId, code: error.code, detail: error.detail, cause: causeOf(error.cause) }, error.message)
  } else {
    log.error({ requestId, cause: causeOf(error) }, 'unexpected failure')
  }
}

/** Name and stack, not the message: platform errors quote the values that they choke on (D2). */
function causeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined
  const frames = cause.stack?.split('\n').filter((line) => line.trimStart().startsWith('at ')) ?? []
  return [cause.name, ...frames.slice(0, 8)].join('\n')
}
