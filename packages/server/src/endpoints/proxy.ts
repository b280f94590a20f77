import type { IncomingMessage, ServerResponse } from 'node:http'
import { mostRetries } from '@sallyport/contract'
import {
  announcedTrailers,
  Body,
  type Broker,
  type Caller,
  type CallInput,
  CallRecord,
  type Principal,
  passedBackHeaders,
  rawHeader,
  requireAddress,
  SallyportError,
  type UpstreamReply,
} from '@sallyport/core'
import type { CallCounts } from '../http/call-counts.ts'
import { onResponseEnd } from '../http/connection-end.ts'
import { checkFraming } from '../http/framing.ts'
import { headerBytes } from '../http/header-overflow.ts'
import { HttpCaller } from '../http/interim-replies.ts'
import type { InvalidKeys } from '../http/invalid-keys.ts'
import type { KeyRates } from '../http/key-rates.ts'
import { nextTurn } from '../http/next-turn.ts'
import { withoutOwnKey } from '../http/own-key.ts'
import { problemReply } from '../http/problem.ts'
import { dropRest } from '../http/rest-of-request.ts'
import { watchSilence } from '../http/silence.ts'
import type { Limits } from '../limits.ts'

export interface ProxyOptions {
  readonly broker: Broker
  readonly publicUrl: string
  readonly newRequestId: () => string
  readonly onFailure: (error: unknown, requestId: string, record?: CallRecord) => void
  readonly limits: Limits
  readonly calls: CallCounts
  readonly keyRates: KeyRates
  readonly invalidKeys: InvalidKeys
  readonly addressOf: (request: IncomingMessage) => string
}

/** Serves `ANY /proxy/{account}/{path}`, before and beside the router; `waits` is its client for `100 Continue`. */
export function proxyHandler(options: ProxyOptions) {
  const { limits } = options
  return async (request: IncomingMessage, response: ServerResponse, waits = false): Promise<void> => {
    const requestId = options.newRequestId()
    const record = begin(options.broker, request, requestId, 'proxy')
    const caller = new HttpCaller(response)
    const body = bodyOf(request, limits.requestBytes)
    let counted: Principal | undefined
    // Refused before it was told to go on, a client may send its body or its next request, and nobody could tell
    // which: Node ends the connection with such a reply (RFC 9110 §10.1.1).
    if (waits && body) body.onWanted = () => response.writeContinue()
    onResponseEnd(request, response, () => {
      if (counted) options.calls.leave(counted)
      if (response.writableFinished) {
        body?.discard()
        dropRest(request)
      } else caller.leave()
      end(options.broker, record, response)
    })
    if (body) watchSilence(response, body)
    let upstream: UpstreamReply | undefined
    try {
      const { headers, rawHeaders } = request
      checkFraming(headers)
      if (headerBytes(rawHeaders) > limits.headerBytes) throw new SallyportError('headers_too_large')
      const known = options.broker.authenticate(headers.authorization)
      const principal = known instanceof Promise ? await known : known
      if (caller.isGone) return
      counted = admitted(options, principal, request)
      record.principal = principal
      upstream = await options.broker.call(inputOf(request, { principal, body, caller, record }))
      await nextTurn()
      passBack(response, upstream, requestId, limits)
    } catch (thrown) {
      // Then many who try keys are refused at once.
      if (!record.principal) await nextTurn()
      const error = options.invalidKeys.answer(thrown, request)
      failed(record, caller, error)
      // A reply may have come, and be passed on to nobody.
      caller.leave()
      options.onFailure(error, requestId, record)
      // Before the reply ends: Node would then read on for itself, and without a limit.
      body?.discard()
      fail(response, problemReply(options.publicUrl, error, requestId))
      upstream?.discard()
    }
  }
}

type Given = Pick<CallInput, 'principal' | 'body' | 'caller'> & { readonly record: CallRecord }

/** The call that a request asks for. @throws SallyportError bad_request */
export function inputOf(request: IncomingMessage, given: Given, upgrade?: 'websocket'): CallInput {
  const { account, path, query } = splitUrl(request.url ?? '', '/proxy/')
  const input: CallInput = {
    principal: given.principal,
    account,
    path,
    query,
    method: request.method ?? 'GET',
    headers: request.rawHeaders,
    body: given.body,
    targetUrl: oneHeader(request, 'sallyport-target'),
    timeout: timeoutOf(oneHeader(request, 'sallyport-timeout')),
    retries: retriesOf(oneHeader(request, 'sallyport-retry')),
    caller: given.caller,
    upgrade,
    record: given.record,
  }
  const own = withoutOwnKey(input, request.headers.authorization ?? '')
  given.record.path = own.path
  return own
}

/** Passes a reply on to whom it is for, as it is. */
export function passBack(
  response: ServerResponse,
  upstream: UpstreamReply,
  requestId: string,
  limits: Limits,
): void {
  const request = response.req
  const headers = passedBackHeaders(upstream.headers, oneHeader(request, 'sallyport-cookies') === 'keep')
  const trailers = announcedTrailers(upstream.headers)
  if (trailers !== undefined && mayHaveTrailers(request, upstream.status)) headers.push('Trailer', trailers)
  headers.push('Sallyport-Request-Id', requestId, 'X-Content-Type-Options', 'nosniff')
  headers.push('Content-Security-Policy', 'sandbox')
  response.writeHead(upstream.status, reasonPhrase(upstream.statusText), headers)
  if (isEventStream(upstream)) allowSilence(response, limits)
  // A stream of events may wait long for its first: its headers must not wait with it.
  if (!upstream.pipe(response)) response.flushHeaders()
}

/** Counts a call among those under way, until `calls.leave`. @throws SallyportError address_not_allowed, limit_reached */
export function admitted(
  { calls, keyRates, addressOf }: ProxyOptions,
  principal: Principal,
  request: IncomingMessage,
): Principal {
  if (principal.addresses) requireAddress(principal, addressOf(request))
  keyRates.take(principal)
  calls.enter(principal)
  return principal
}

/** What is told of a call from here on. */
export function begin(
  broker: Broker,
  request: IncomingMessage,
  requestId: string,
  passage: CallRecord['passage'],
): CallRecord {
  const record = new CallRecord(requestId, request.method ?? 'GET', passage)
  return broker.began(record, oneHeader(request, 'traceparent'))
}

/** Notes why there is no reply of the API's; what fails because the caller has left is no failure. */
export function failed(record: CallRecord, caller: Caller, error: unknown): void {
  if (!caller.isGone) record.code = error instanceof SallyportError ? error.code : 'internal'
}

/** Once the response is closed, whoever closed it. */
export function end(broker: Broker, record: CallRecord, response: ServerResponse): void {
  record.status = response.headersSent ? response.statusCode : 0
  if (!response.writableFinished && record.code === undefined) {
    record.brokenBy = response.errored ? 'upstream' : 'caller'
  }
  broker.ended(record)
}

/** Nothing may be said on a stream of events for longer than on others. */
function allowSilence(response: ServerResponse, limits: Limits): void {
  const { socket } = response
  socket?.setTimeout(limits.streamIdleMilliseconds)
  response.once('close', () => socket?.setTimeout(limits.idleMilliseconds))
}

/** A failure as the passage tells it; the connection is cut where a reply has begun. */
export function fail(response: ServerResponse, problem: ReturnType<typeof problemReply>): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const body = JSON.stringify(problem.body)
  response.writeHead(problem.status, {
    ...problem.headers,
    'sallyport-error': problem.body.code,
    'content-security-policy': 'sandbox',
    'content-length': Buffer.byteLength(body),
  })
  // As text it leaves in one piece with its headers.
  response.end(body)
}

/** `/proxy/{account}/{path}?{query}`, each part as it was sent. */
export function splitUrl(url: string, prefix: string): { account: string; path: string; query: string } {
  const mark = url.indexOf('?')
  const whole = mark === -1 ? url : url.slice(0, mark)
  const query = mark === -1 ? '' : url.slice(mark + 1)
  const rest = whole.slice(prefix.length)
  const slash = rest.indexOf('/')
  if (slash === -1) return { account: rest, path: '', query }
  return { account: rest.slice(0, slash), path: rest.slice(slash + 1), query }
}

function bodyOf(request: IncomingMessage, longest: number): Body | undefined {
  const length = request.headers['content-length']
  if (request.headers['transfer-encoding'] !== undefined) return new Body(request, undefined, longest)
  return length === undefined || length === '0' ? undefined : new Body(request, Number(length), longest)
}

/** Node frames all others by themselves, and would throw at the header. */
function mayHaveTrailers({ method, httpVersionMinor }: IncomingMessage, status: number): boolean {
  return method !== 'HEAD' && httpVersionMinor === 1 && status !== 204 && status !== 304
}

function isEventStream({ headers }: UpstreamReply): boolean {
  return rawHeader(headers, 'content-type')?.toLowerCase().startsWith('text/event-stream') ?? false
}

/** A header's value, the first where there are several. */
export function oneHeader(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** `30s` or `500ms`, in milliseconds. */
export function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{1,7})(ms|s)$/.exec(text)
  const amount = Number(match?.[1])
  if (!match || amount === 0) {
    throw new SallyportError('bad_request', {
      message: 'Sallyport-Timeout takes a duration as 30s or 500ms.',
    })
  }
  return match[2] === 's' ? amount * 1000 : amount
}

/** How often a call may be sent again. */
function retriesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d$/.test(text) || Number(text) > mostRetries) {
    const message = `Sallyport-Retry takes a number from 0 to ${mostRetries}.`
    throw new SallyportError('bad_request', { message })
  }
  return Number(text)
}

/** Node refuses reason phrases with other characters, and they mean nothing (RFC 9112 §4). */
function reasonPhrase(text: string): string {
  return /^[\t\x20-\x7e]*$/.test(text) ? text : ''
}
