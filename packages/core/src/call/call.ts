import type { Readable } from 'node:stream'
import { fresh } from '../credentials/fresh.ts'
import type { Renewals } from '../credentials/renewals.ts'
import type { Target } from '../credentials/target.ts'
import type { Egress } from '../egress/egress.ts'
import { SallyportError } from '../error.ts'
import type { Timers } from '../ports.ts'
import { type Principal, requireScope } from '../principal.ts'
import { addressOf } from './address.ts'
import { type AttemptRequest, attempt, type UpstreamReply } from './attempt.ts'
import { type Body, longestReplayableBody } from './body.ts'
import { type CallTarget, preparedLike } from './call-target.ts'
import type { Caller } from './caller.ts'
import type { Verdict } from './classify.ts'
import type { LastUsed } from './last-used.ts'
import { heed, inTurn, type TrafficPorts, takesTurns } from './limits/in-turn.ts'
import { mayAskForPause } from './limits/signals.ts'
import { mergeFor } from './merge-body.ts'
import { preparedFor } from './prepare.ts'
import { type CallRecord, pathOf, waitedFor } from './record.ts'
import { headerValue, passedOnHeaders, type RawHeaders, withHeader } from './request-headers.ts'
import { type ResolvePorts, resolve } from './resolve.ts'
import { challenged, type SigningPorts, signed, signs } from './sign.ts'
import { verdictOf } from './verdict.ts'

export interface CallPorts extends ResolvePorts, SigningPorts, TrafficPorts {
  readonly egress: Egress
  readonly renewals: Renewals
  readonly timers: Timers
  readonly lastUsed: LastUsed
}

/** One call of an API, as the caller sent it. */
export interface CallInput {
  readonly principal: Principal
  /** Account id, or adapter of the key's profile. */
  readonly account: string
  readonly method: string
  /** After the account and its slash, undecoded. */
  readonly path: string
  /** Without its question mark. */
  readonly query: string
  readonly headers: RawHeaders
  readonly body: Body | undefined
  /** `Sallyport-Target`: an absolute address in place of base URL and path. */
  readonly targetUrl: string | undefined
  /** Milliseconds to the first byte of the reply. */
  readonly timeout: number | undefined
  /** `Sallyport-Retry`: how often it may be sent again; undefined as the definition says. */
  readonly retries: number | undefined
  readonly caller: Caller
  /** Where the caller asks for another protocol on its connection (RFC 9110 §7.8). */
  readonly upgrade?: 'websocket' | undefined
  /** What is told of it; undefined for trials. */
  readonly record?: CallRecord | undefined
}

/**
 * Calls an API as an account: once more with a renewed token where the first was rejected, and once more with
 * another signature where it was challenged.
 *
 * @throws SallyportError when there is no reply to pass on
 */
export async function call(ports: CallPorts, input: CallInput): Promise<UpstreamReply> {
  requireScope(input.principal, 'proxy:call')
  if (input.method === 'TRACE' || input.method === 'CONNECT') throw new SallyportError('method_refused')
  input.body?.admit()
  const found = resolve(ports, input.principal, input.account)
  // A small body arrives right behind its headers, a moment from now, and then needs no stream.
  const target = found instanceof Promise || input.body ? await found : found
  if (input.record) input.record.target = target
  ports.lastUsed.note(target.account)
  const isPlain = !takesTurns(ports, target, input)
  const answer = isPlain
    ? await send(ports, target, input)
    : await inTurn(ports, target, input, (again) => send(ports, target, again))
  const { reply, verdict, sentAs } = answer
  if (isPlain && mayAskForPause(reply, verdict)) await heed(ports, target, answer)
  if (verdict === 'revoked') await ports.renewals.revokedByProvider(sentAs)
  return reply
}

/** A reply, what it says of the credential, and the generation that it says it of. */
export interface Answer {
  readonly reply: UpstreamReply
  readonly verdict: Verdict
  readonly sentAs: Target
}

/** The same for an account that has been found. */
export async function send(
  ports: Omit<CallPorts, keyof ResolvePorts>,
  found: CallTarget,
  input: Omit<CallInput, 'principal' | 'account'>,
): Promise<Answer> {
  const usable = fresh(ports, found)
  const target = prepared(usable instanceof Promise ? await waitedFor(input.record, usable) : usable, found)
  const challenges = target.scheme.signing && { left: 1 }
  const reply = await once(ports, target, input, challenges)

  const rules = target.traffic?.authErrors ?? target.scheme.authErrors(target.definition)
  const judged = verdictOf(reply, rules)
  const verdict = typeof judged === 'string' ? judged : await judged
  const answer = { reply, verdict, sentAs: target }
  if ((verdict !== 'unauthorized' && verdict !== 'forbidden') || !target.account.renewable) return answer

  // A renewal that fails leaves the caller with what the API said.
  const renewal = ports.renewals.afterRejection(target, verdict).catch(() => undefined)
  const renewed = await waitedFor(input.record, renewal)
  if (!renewed || (input.body && !input.body.replayable)) return answer

  reply.discard()
  const second = await once(ports, preparedLike(renewed, found), input, challenges)
  return { reply: second, verdict: await verdictOf(second, rules), sentAs: renewed }
}

function prepared(target: Target, found: CallTarget): CallTarget {
  return target === found ? found : preparedLike(target, found)
}

/** How often a call may still be signed anew because its reply was a challenge. */
interface Challenges {
  left: number
}

type Input = Omit<CallInput, 'principal' | 'account'>

function once(
  ports: Omit<CallPorts, keyof ResolvePorts>,
  target: CallTarget,
  input: Input,
  challenges: Challenges | undefined,
): Promise<UpstreamReply> {
  const prepared = preparedFor(target, input.targetUrl)
  const address = addressOf(target, prepared, input.path, input.query, input.targetUrl)
  const { method, timeout, caller, upgrade, record } = input
  if (record && input.targetUrl !== undefined) record.path = pathOf(address)
  const headers = passedOnHeaders(callersHeaders(input), prepared.replacedHeaders)
  headers.push(...prepared.headers)
  const isSigned = challenges !== undefined && signs(target)
  const isSentAsItIs = !isSigned && !prepared.body
  const request = {
    method,
    address,
    headers,
    body: isSentAsItIs ? input.body?.send() : undefined,
    timeout,
    timeouts: target.traffic?.timeouts,
    caller,
    pool: target.poolOf(address.origin),
    upgrade,
    record,
  }
  if (isSigned) return sentSigned(ports, target, input, { request, challenges })
  if (isSentAsItIs || !input.body) return attempt(ports.egress, request)
  return merged(target, input, headers).then((body) => attempt(ports.egress, { ...request, body }))
}

async function sentSigned(
  ports: Omit<CallPorts, keyof ResolvePorts>,
  target: CallTarget,
  input: Omit<CallInput, 'principal' | 'account'>,
  {
    request,
    challenges,
  }: { readonly request: AttemptRequest & { readonly headers: string[] }; readonly challenges: Challenges },
): Promise<UpstreamReply> {
  const body = await merged(target, input, request.headers)
  const sent = await signed(ports, target, { ...request, body }, input.body)
  const reply = await attempt(ports.egress, sent.request)
  const mayRepeat = challenges.left > 0 && (!input.body || input.body.replayable)
  if (!challenged(ports, target, sent, reply) || !mayRepeat) return reply
  challenges.left -= 1
  reply.discard()
  return once(ports, target, input, challenges)
}

/** With our trace context in place of the caller's, where that is asked for. */
function callersHeaders({ headers, record }: Pick<CallInput, 'headers' | 'record'>): RawHeaders {
  const traceparent = record?.traceparent
  return traceparent === undefined ? headers : withHeader(headers, 'traceparent', traceparent)
}

/** The body to send; `headers` get its new length where the definition's fields were merged into it. */
export async function merged(
  target: CallTarget,
  input: Pick<CallInput, 'body' | 'headers'>,
  headers: string[],
): Promise<Buffer | Readable | undefined> {
  const { body } = input
  const fields = target.prepared.body
  if (!body || !fields) return body?.send()
  const merge = mergeFor(
    headerValue(input.headers, 'content-type'),
    headerValue(input.headers, 'content-encoding'),
  )
  if (!merge) return body.send()
  const whole = await body.collected()
  const joined = whole && whole.length <= longestReplayableBody && merge(whole, fields)
  if (!joined) return body.send()
  const index = headers.findIndex(
    (name, position) => position % 2 === 0 && name.toLowerCase() === 'content-length',
  )
  if (index >= 0) headers.splice(index, 2)
  headers.push('content-length', String(joined.length))
  return joined
}
