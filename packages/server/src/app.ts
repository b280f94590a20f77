import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { ErrorCode } from '@sallyport/contract'
import { type Broker, type CallRecord, SallyportError, traceOf } from '@sallyport/core'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { registerAccountPage } from './endpoints/account-page.ts'
import { registerCallback } from './endpoints/callback.ts'
import { type ConnectOptions, registerConnect } from './endpoints/connect.ts'
import { registerConsole } from './endpoints/console.ts'
import { refuseUndeclared } from './endpoints/declared.ts'
import { registerSignOnPages } from './endpoints/invitation.ts'
import { registerLogin } from './endpoints/login.ts'
import { type MetricsOptions, registerMetrics } from './endpoints/metrics.ts'
import { PageRequests } from './endpoints/page-request.ts'
import { fail, proxyHandler } from './endpoints/proxy.ts'
import { type Health, registerPublic } from './endpoints/public.ts'
import { registerEndpoints } from './endpoints/register.ts'
import { registerSetup } from './endpoints/setup.ts'
import { sftpHandler } from './endpoints/sftp.ts'
import { webSocketHandler } from './endpoints/websocket.ts'
import { CallCounts } from './http/call-counts.ts'
import { callerOf, tellCsrfToken } from './http/callers.ts'
import { clientAddress, trustedBy } from './http/client-address.ts'
import { onClientError } from './http/header-overflow.ts'
import { InvalidKeys } from './http/invalid-keys.ts'
import { KeyRates } from './http/key-rates.ts'
import { createListener, type Listeners } from './http/listener.ts'
import { problemReply } from './http/problem.ts'
import { requestIds } from './http/request-id.ts'
import { Tunnels } from './http/tunnels.ts'
import type { Limits } from './limits.ts'
import { callFields } from './telemetry/call-log.ts'

export interface AppOptions {
  readonly broker: Broker
  readonly publicUrl: string
  /** Its name. */
  readonly realm: string
  readonly practiceOrigin: string | undefined
  readonly trustedProxies: readonly string[]
  readonly limits: Limits
  /** How many calls may be under way in this process, and how often a key may be wrong. */
  readonly callLimits: Config['callLimits']
  readonly log: Logger
  /** Comes back when the other processes of this node have heard what changed; undefined where there are none. */
  readonly settled: (() => Promise<void>) | undefined
  readonly metrics: MetricsOptions
  /** What monitors are told while it serves. */
  readonly health: () => Health
  /** In place of a server of its own, where several realms share one. */
  readonly serve?: ((listeners: Listeners) => Server) | undefined
}

const longestBody = 1_048_576

/** The HTTP server: the passage beside the router, everything else through it. */
export function createApp(options: AppOptions): FastifyInstance {
  const { broker, publicUrl, practiceOrigin, limits, log } = options
  const { serve = (listeners: Listeners) => createListener(listeners, limits) } = options
  const newRequestId = requestIds()
  const onFailure = failureLog(log)
  const passages = { broker, publicUrl, newRequestId, onFailure, limits, ...counters(options) }
  const proxy = proxyHandler(passages)
  const tunnels = new Tunnels(limits.streamIdleMilliseconds)
  const webSocket = webSocketHandler(passages, tunnels)
  const sftp = sftpHandler(passages)
  const refuse = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const failure = passages.invalidKeys.answer(failureOf(error), request.raw)
    onFailure(failure, request.id)
    const problem = problemReply(publicUrl, failure, request.id)
    return reply.code(problem.status).headers(problem.headers).send(JSON.stringify(problem.body))
  }
  const refuseTunnel = (response: ServerResponse) =>
    fail(response, problemReply(publicUrl, new SallyportError('method_refused'), newRequestId()))
  let ready = true

  const app: FastifyInstance = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new fastify.LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
    bodyLimit: longestBody,
    trustProxy: [...options.trustedProxies],
    forceCloseConnections: 'idle',
    serverFactory: (router) => serve({ proxy, webSocket, refuse: refuseTunnel, sftp, router }),
    // In place of the framework's own, which logs the bytes that it could not read: cookies and keys (D4).
    clientErrorHandler: onClientError,
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
  })
  refuseUndeclared(app)
  takeJsonAlone(app)
  addHooks(app, options)
  app.setErrorHandler(refuse)
  app.setNotFoundHandler(() => {
    throw new SallyportError('not_found')
  })
  app.addHook('preClose', async () => {
    ready = false
    closeAsTheyBecomeIdle(app)
    tunnels.close()
  })

  registerPublic(app, { publicUrl, practiceOrigin, health: () => (ready ? options.health() : undefined) })
  registerMetrics(app, options.metrics)
  const pages = new PageRequests({ broker, publicUrl, addressOf: passages.addressOf })
  registerPages(app, pages, (request) => passages.invalidKeys.note(passages.addressOf(request)))
  registerConsole(app, { base: pages.base, practiceOrigin })
  registerCallback(app, broker, publicUrl)
  registerEndpoints(app, broker, {
    ...passages,
    publicUrl,
    realm: options.realm,
    callerOf: (request) => callerOf(pages, request),
    ownSession: (request, reply) => pages.ownSession(request, reply),
  })
  return app
}

/** How people come in, and what is theirs. */
function registerPages(
  app: FastifyInstance,
  pages: PageRequests,
  noteGuess: ConnectOptions['noteGuess'],
): void {
  tellCsrfToken(app, pages.cookies)
  registerSetup(app, pages)
  registerLogin(app, pages)
  registerAccountPage(app, pages)
  registerSignOnPages(app, pages)
  registerConnect(app, { pages, noteGuess })
}

function addHooks(app: FastifyInstance, { log, settled }: Pick<AppOptions, 'log' | 'settled'>): void {
  app.addHook('onResponse', async (request, reply) => {
    // The route's template and not the address: that may hold a state, a code or a token (D4).
    const route = request.routeOptions.url ?? 'unknown'
    log.info({ requestId: request.id, method: request.method, route, status: reply.statusCode }, 'request')
  })
  app.addHook('onSend', async (request, reply) => {
    reply.header('sallyport-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    // The route and not the address, which can be written in more than one way.
    if ((request.routeOptions.url ?? request.url).startsWith('/v1/'))
      reply.header('cache-control', 'no-store')
  })
  // Whoever changed something may ask another worker next.
  if (settled) {
    app.addHook('onSend', async (request) => {
      if (request.method !== 'GET') await settled()
    })
  }
}

/** What bounds how much one organization, key or address may take of this process. */
function counters({ callLimits, trustedProxies }: AppOptions) {
  const now = () => performance.now()
  const trusts = trustedBy(trustedProxies)
  const invalidKeys = new InvalidKeys({ perMinute: callLimits.invalidKeysPerMinute, trusts, now })
  const keyRates = new KeyRates({ perSecond: callLimits.keyRequestsPerSecond, now })
  const addressOf = (request: IncomingMessage) => clientAddress(request, trusts)
  return { calls: new CallCounts(callLimits), invalidKeys, keyRates, addressOf }
}

/** The framework closes the connections that are idle when it begins to close; those of calls under way are later. */
function closeAsTheyBecomeIdle({ server }: FastifyInstance): void {
  if (!server.listening) return
  const closing = setInterval(() => server.closeIdleConnections(), 50)
  server.once('close', () => clearInterval(closing))
}

/** Bodies are JSON (R3). Many clients announce it on every request: without a byte, there is no body. */
function takeJsonAlone(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, text, done) => (text === '' ? done(null, undefined) : parse(request, text, done)),
  )
}

/** What the framework refuses, in the words of the table. */
function failureOf(error: FastifyError): unknown {
  if (error instanceof SallyportError) return error
  const byCode: Readonly<Record<string, ErrorCode>> = {
    FST_ERR_BAD_URL: 'bad_request',
    FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
    FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  }
  const byStatus: Readonly<Record<number, ErrorCode>> = {
    400: 'malformed_json',
    404: 'not_found',
    413: 'body_too_large',
    414: 'uri_too_long',
    415: 'media_type_unsupported',
    431: 'headers_too_large',
  }
  const code = byCode[error.code] ?? (error.statusCode === undefined ? undefined : byStatus[error.statusCode])
  return code ? new SallyportError(code, { detail: error.code }) : error
}

function failureLog(log: Logger) {
  return (error: unknown, requestId: string, record?: CallRecord): void => {
    const isCallers = error instanceof SallyportError && error.status < 500
    if (isCallers && !log.isLevelEnabled('debug')) return
    const whose = record ? callFields(record) : { requestId }
    if (!(error instanceof SallyportError)) {
      log.error({ ...whose, cause: traceOf(error) }, 'unexpected failure')
      return
    }
    const { code, detail, cause, message } = error
    if (isCallers) log.debug({ ...whose, code, detail }, message)
    else log.warn({ ...whose, code, detail, cause: traceOf(cause) }, message)
  }
}
