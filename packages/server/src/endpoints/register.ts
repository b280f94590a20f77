import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import {
  type Endpoint,
  type EndpointName,
  endpoints,
  faultsOf,
  successStatus,
  type z,
} from '@sallyport/contract'
import {
  type Asked,
  type Broker,
  invalid,
  type Principal,
  requireAddress,
  requireReach,
  requireScope,
  SallyportError,
} from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CallCounts } from '../http/call-counts.ts'
import type { KeyRates } from '../http/key-rates.ts'
import { problemReply } from '../http/problem.ts'
import { accountHandlers } from './accounts.ts'
import { appHandlers } from './apps.ts'
import { auditHandlers } from './audit.ts'
import { connectLinkHandlers } from './connect-links.ts'
import { routeOf } from './declared.ts'
import { encryptionHandlers } from './encryption.ts'
import { environmentHandlers } from './environments.ts'
import { eventHandlers } from './events.ts'
import type { Handlers, OwnSession } from './handlers.ts'
import { identityProviderHandlers } from './identity-providers.ts'
import { integrationHandlers } from './integrations.ts'
import { keyHandlers } from './keys.ts'
import { LinesReply } from './lines-reply.ts'
import { oauthClientHandlers } from './oauth-clients.ts'
import { operationHandlers } from './operations.ts'
import { organizationHandlers } from './organizations.ts'
import { ownAccountHandlers } from './own-account.ts'
import { peopleHandlers, type RealmPlace } from './people.ts'
import { providerHandlers } from './providers.ts'
import { revocationHandlers } from './revocations.ts'
import { StreamedReply } from './streamed-reply.ts'
import { TableReply } from './table-reply.ts'
import { transferHandlers } from './transfer.ts'
import { webhookHandlers } from './webhooks.ts'

export interface RegisterOptions {
  readonly keyRates: KeyRates
  readonly calls: CallCounts
  /** Where a request comes from. */
  readonly addressOf: (request: IncomingMessage) => string
  /** Who asks. */
  readonly callerOf: (request: IncomingMessage) => Principal | Promise<Principal>
  /** Whose session came along. */
  readonly ownSession: (request: FastifyRequest, reply: FastifyReply) => Promise<OwnSession>
  readonly publicUrl: string
  /** Its name. */
  readonly realm: string
  /** Writes down what failed after its reply had begun. */
  readonly onFailure: (error: unknown, requestId: string) => void
}

/** Serves each row of the table of endpoints: who may is decided before anything of the body is read. */
export function registerEndpoints(
  app: FastifyInstance,
  broker: Broker,
  { keyRates, calls, addressOf, callerOf, ownSession, publicUrl, realm, onFailure }: RegisterOptions,
): void {
  const handlers = handlersOf(broker, { name: realm, publicUrl })
  const principals = new WeakMap<FastifyRequest, Principal>()
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const handler = handlers[name as EndpointName] as (request: unknown) => Promise<unknown>
    routesOf(app, endpoint, (routes) =>
      routes.route({
        method: endpoint.method,
        url: routeOf(endpoint),
        ...(endpoint.longestBody !== undefined && { bodyLimit: endpoint.longestBody }),
        onRequest: async (request) => {
          const principal = await callerOf(request.raw)
          const address = addressOf(request.raw)
          requireAddress(principal, address)
          keyRates.take(principal)
          if (endpoint.operator && !broker.organizations.isOperator(principal))
            throw new SallyportError('not_found')
          requireScopes(principal, endpoint)
          requireReach(principal, endpoint)
          if (endpoint.stepUp === true) broker.login.requireFreshProof(principal)
          principals.set(request, { ...principal, address })
        },
        handler: async (request, reply) => {
          const principal = principals.get(request)
          const input = inputOf(endpoint, request)
          if (principal && asksForProof(endpoint, request.body)) broker.login.requireFreshProof(principal)
          const own = async () => {
            if (!principal?.session) throw new SallyportError('not_found')
            return ownSession(request, reply)
          }
          if (principal && endpoint.isCall) countedCall(calls, principal, reply)
          const stillMay = async () => {
            const now = await callerOf(request.raw)
            requireScopes(now, endpoint)
          }
          const asked = () => ({ ...askedBy(request, reply), stillMay })
          const result = await handler({ principal, own, asked, ...input })
          if (result instanceof StreamedReply) return result.send(reply.code(successStatus(endpoint)))
          if (result instanceof TableReply) return result.send(reply)
          if (endpoint.isLines) return sendLines(reply, result as AsyncIterable<unknown>)
          if (result instanceof LinesReply) {
            return result.send(reply.code(successStatus(endpoint)), (error) => {
              onFailure(error, request.id)
              return problemReply(publicUrl, error, request.id).body
            })
          }
          return reply.code(successStatus(endpoint)).send(result)
        },
      }),
    )
  }
}

/** @throws SallyportError scope_missing */
function requireScopes(principal: Principal, { scope, scopeBesides }: Endpoint): void {
  if (scope !== undefined) requireScope(principal, scope)
  if (scopeBesides !== undefined) requireScope(principal, scopeBesides)
}

/** What answers each row. */
function handlersOf(broker: Broker, realm: RealmPlace): Handlers {
  return {
    ...integrationHandlers(broker),
    ...oauthClientHandlers(broker),
    ...providerHandlers(broker),
    ...accountHandlers(broker),
    ...connectLinkHandlers(broker),
    ...revocationHandlers(broker),
    ...eventHandlers(broker),
    ...auditHandlers(broker),
    ...webhookHandlers(broker),
    ...environmentHandlers(broker),
    ...appHandlers(broker),
    ...operationHandlers(broker),
    ...keyHandlers(broker),
    ...peopleHandlers(broker, realm),
    ...ownAccountHandlers(broker, realm.publicUrl),
    ...identityProviderHandlers(broker),
    ...organizationHandlers(broker),
    ...encryptionHandlers(broker),
    ...transferHandlers(broker),
  }
}

/** Where a body is handed on as it came, nothing reads it. */
function routesOf(app: FastifyInstance, { body }: Endpoint, add: (routes: FastifyInstance) => void): void {
  if (!body || !('unread' in body)) add(app)
  else
    void app.register(async (routes) => {
      routes.removeAllContentTypeParsers()
      const types = ['application/json', 'application/merge-patch+json']
      routes.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes))
      add(routes)
    })
}

/** Longest run of an operation, and a little: until then its connection may have nothing to say. */
const longestCall = 3_610_000

/** Counts among the calls under way until it has been answered. @throws SallyportError limit_reached */
function countedCall(calls: CallCounts, principal: Principal, { raw }: FastifyReply): void {
  calls.enter(principal)
  raw.once('close', () => calls.leave(principal))
  raw.socket?.setTimeout(longestCall)
}

function askedBy(
  { id, headers }: FastifyRequest,
  { raw }: FastifyReply,
): Omit<Asked, 'principal' | 'stillMay'> {
  const left = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) left.abort()
  })
  const wantsLines = /\bapplication\/(x-)?(ndjson|jsonl)\b/i.test(headers.accept ?? '')
  return { requestId: id, wantsLines, left: left.signal }
}

/** Each as JSON on a line of its own, made when there is room for it. */
function sendLines(reply: FastifyReply, items: AsyncIterable<unknown>): FastifyReply {
  return reply.type('application/x-ndjson').send(Readable.from(lines(items), { objectMode: false }))
}

async function* lines(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`
}

/** Whether a body has a member that a session needs a fresh proof for. */
function asksForProof({ stepUp }: Endpoint, body: unknown): boolean {
  return typeof stepUp === 'object' && stepUp.with.some((path) => hasMember(body, path.slice(1).split('/')))
}

function hasMember(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false
  return hasMember((value as Readonly<Record<string, unknown>>)[name], rest)
}

function inputOf(
  endpoint: Endpoint,
  request: FastifyRequest,
): { params: unknown; query: unknown; body: unknown } {
  const params = endpoint.params.safeParse(request.params)
  // A key or id that cannot exist is one that does not.
  if (!params.success) throw new SallyportError('not_found')
  return {
    params: params.data,
    query: checked(endpoint.query, request.query),
    body: bodyOf(endpoint, request),
  }
}

function bodyOf(endpoint: Endpoint, request: FastifyRequest): unknown {
  if (!endpoint.body) return undefined
  if ('unread' in endpoint.body) return request.body ?? new Uint8Array()
  // Where everything is optional, so is the body.
  const given = request.body === undefined ? {} : request.body
  return 'definition' in endpoint.body ? given : checked(endpoint.body, given)
}

function checked(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalid('input_invalid', faultsOf(parsed.error))
  return parsed.data
}
