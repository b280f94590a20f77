import { Client, type Dispatcher } from 'undici'
import type { ClientTls } from '../client-tls.ts'
import type { ParsedUrl } from '../destination/url.ts'
import { type ConnectPolicy, guardedConnector } from './connect.ts'
import { type CredentialReply, replyHandler } from './credential-reply.ts'
import { decodeBody } from './decode-body.ts'
import { EgressError, egressFailure } from './failure.ts'

/** How long the stages of a request may take. */
export interface CredentialTimeouts {
  readonly connectMilliseconds: number
  /** From the request's first byte sent to the reply's headers. */
  readonly firstByteMilliseconds: number
  readonly totalMilliseconds: number
}

/** A request that carries secrets: to a token, revocation or discovery endpoint. */
export interface CredentialRequest {
  readonly url: ParsedUrl
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer | undefined
  readonly timeouts?: Partial<CredentialTimeouts>
  /** A redirect is refused; `read` gives its headers and cookies, and does not follow it either. */
  readonly redirects?: 'read' | undefined
  readonly tls?: ClientTls | undefined
  /** `status`: the answer is over with its headers, whatever follows. */
  readonly reply?: 'whole' | 'status'
  /** Asked once, when the connection stands and nothing has been sent: false keeps it from being sent. */
  readonly mayBeSent?: (() => boolean) | undefined
  /** Told how far the exchange has come. */
  readonly reached?: ((stage: ExchangeStage) => void) | undefined
}

/** `sent`: all of the request is on its way. `body`: the first of the reply's. */
export type ExchangeStage = 'connected' | 'sent' | 'headers' | 'body'

const defaultTimeouts: CredentialTimeouts = {
  connectMilliseconds: 5_000,
  firstByteMilliseconds: 15_000,
  totalMilliseconds: 30_000,
}

/** Ours to say; another Host would reach another site at the address that was checked. */
const framing: ReadonlySet<string> = new Set(
  'host connection keep-alive te transfer-encoding content-length expect upgrade accept-encoding'.split(' '),
)

/**
 * Sends it once, on a connection that nothing else uses; by plain http only into allowed private ranges.
 * @throws EgressError, which says whether anything can have been sent
 */
export async function sendCredentialRequest(
  policy: Omit<ConnectPolicy, 'allowHttpTo' | 'connectTimeoutMilliseconds'>,
  request: CredentialRequest,
): Promise<CredentialReply> {
  const timeouts = { ...defaultTimeouts, ...request.timeouts }
  const client = new Client(request.url.origin, {
    connect: guardedConnector({
      ...policy,
      allowHttpTo: 'private',
      connectTimeoutMilliseconds: timeouts.connectMilliseconds,
      clientTls: request.tls,
    }),
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: 32 * 1024,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  try {
    const raw = await exchange(client, request, timeouts)
    if (request.reply === 'status') return raw
    return { ...raw, body: await decodeBody(raw.body, raw.headers['content-encoding']) }
  } finally {
    client.destroy().catch(() => undefined)
  }
}

function exchange(
  client: Client,
  request: CredentialRequest,
  timeouts: CredentialTimeouts,
): Promise<CredentialReply> {
  const { promise, resolve, reject } = deferred<CredentialReply>()
  let sent: 'no' | 'unknown' = 'no'
  const timer = (stage: string, milliseconds: number) =>
    afterReading(milliseconds, () => reject(new EgressError('upstream_timeout', sent, { detail: stage })))
  const total = timer('no whole reply in time', timeouts.totalMilliseconds)
  // undici's own timers tick twice a second and would be late.
  let stage = timer('no connection in time', timeouts.connectMilliseconds)

  client.dispatch(optionsOf(request), {
    onConnect(abort) {
      request.reached?.('connected')
      if (request.mayBeSent?.() === false) {
        return abort(new EgressError('upstream_timeout', 'no', { detail: 'too late to be sent' }))
      }
      sent = 'unknown'
      stage.end()
      stage = timer('no answer in time', timeouts.firstByteMilliseconds)
    },
    onBodySent: () => request.reached?.('sent'),
    ...replyHandler({
      resolve,
      reject,
      answered() {
        stage.end()
        request.reached?.('headers')
      },
      arriving: () => request.reached?.('body'),
      readsRedirects: request.redirects === 'read',
      readsBody: request.reply !== 'status',
    }),
    onError: (error) => reject(egressFailure(error, sent)),
  })
  return promise.finally(() => {
    total.end()
    stage.end()
  })
}

/**
 * Calls back once the time is over and what has arrived is read. In a process that stood still, time is over before the
 * answer is read that came meanwhile; and that answer holds what cannot be had again.
 */
function afterReading(milliseconds: number, late: () => void): { end(): void } {
  let next: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    next = setImmediate(late)
  }, milliseconds)
  return {
    end() {
      clearTimeout(timer)
      clearImmediate(next)
    },
  }
}

/** The headers that are sent of these, beside what frames the message. */
export function headersSent(
  headers: Readonly<Record<string, string>>,
): (readonly [name: string, value: string])[] {
  const theirs = Object.entries(headers).filter(([name]) => !framing.has(name.toLowerCase()))
  const hasAgent = theirs.some(([name]) => name.toLowerCase() === 'user-agent')
  // Some providers refuse requests without an agent.
  const agent = hasAgent ? [] : [['user-agent', 'Sallyport'] as const]
  return [...theirs, ['accept-encoding', 'identity'], ...agent]
}

function optionsOf({ url, method, headers, body }: CredentialRequest): Dispatcher.DispatchOptions {
  return {
    method,
    path: `${url.path}${url.query}`,
    headers: headersSent(headers).flat(),
    body: body ?? null,
    reset: true,
    idempotent: false,
  }
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
