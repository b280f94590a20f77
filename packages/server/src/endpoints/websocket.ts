import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  type CallRecord,
  type Principal,
  passedBackHeaders,
  SallyportError,
  type UpstreamReply,
} from '@sallyport/core'
import { headerBytes } from '../http/header-overflow.ts'
import { HttpCaller } from '../http/interim-replies.ts'
import { problemReply } from '../http/problem.ts'
import { responseOn } from '../http/response-on.ts'
import { fallenSilent } from '../http/silence.ts'
import type { Tunnels } from '../http/tunnels.ts'
import {
  admitted,
  begin,
  end,
  fail,
  failed,
  inputOf,
  oneHeader,
  type ProxyOptions,
  passBack,
} from './proxy.ts'

/** Serves a WebSocket's handshake on `/proxy/{account}/{path}`, and what passes once both sides agreed to it. */
export function webSocketHandler(options: ProxyOptions, tunnels: Tunnels) {
  const { broker, limits } = options
  return async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    const call = beginHandshake(options, request, socket)
    const { requestId, record, response, caller } = call
    let upstream: UpstreamReply | undefined
    try {
      upstream = await handshake(options, request, call)
      if (!upstream?.upgraded) {
        if (upstream) passBack(response, upstream, requestId, limits)
        return
      }
      response.detachSocket(socket)
      socket.removeAllListeners('timeout').removeListener('close', call.leave)
      socket.write(switchingText(upstream, oneHeader(request, 'sallyport-cookies') === 'keep', requestId))
      call.joinedAt = { read: socket.bytesRead - head.length, written: socket.bytesWritten }
      if (head.length > 0) socket.unshift(head)
      const { authorization } = request.headers
      // By its id: an adapter may be bound to another account meanwhile, and this connection is of the one before.
      const account = record.target?.account.id ?? ''
      const from = options.addressOf(request)
      tunnels.join(socket, upstream.upgraded, () => broker.stillAdmits(authorization, account, from))
    } catch (thrown) {
      const error = options.invalidKeys.answer(thrown, request)
      failed(record, caller, error)
      options.onFailure(error, requestId, record)
      fail(response, problemReply(options.publicUrl, error, requestId))
      upstream?.discard()
    }
  }
}

/** A handshake under way, and what becomes of it. */
interface Handshake {
  readonly requestId: string
  readonly record: CallRecord
  readonly response: ServerResponse
  readonly caller: HttpCaller
  readonly leave: () => void
  counted: Principal | undefined
  /** Both sides agreed: what had passed on the connection by then. */
  joinedAt: { readonly read: number; readonly written: number } | undefined
}

function beginHandshake(options: ProxyOptions, request: IncomingMessage, socket: Socket): Handshake {
  const { broker, limits } = options
  const requestId = options.newRequestId()
  const response = responseOn(socket, request)
  const caller = new HttpCaller(response)
  const call: Handshake = {
    ...{ requestId, response, caller },
    record: begin(broker, request, requestId, 'proxy'),
    leave: () => caller.leave(),
    counted: undefined,
    joinedAt: undefined,
  }
  // As long as it lasts, whatever becomes of it.
  socket.once('close', () => {
    if (call.counted) options.calls.leave(call.counted)
    if (!call.joinedAt) return end(broker, call.record, response)
    endJoined(call.record, socket, call.joinedAt)
    broker.ended(call.record)
  })
  socket.once('close', call.leave)
  socket.setTimeout(limits.idleMilliseconds)
  socket.on('timeout', () => fallenSilent(response, undefined))
  return call
}

/** Counts what has passed since both sides agreed. */
function endJoined(
  record: CallRecord,
  socket: Socket,
  since: { readonly read: number; readonly written: number },
): void {
  record.status = 101
  if (!record.last) return
  record.last.bytesUp += socket.bytesRead - since.read
  record.last.bytesDown += socket.bytesWritten - since.written
}

/** What the API says to it; undefined where nobody waits for that any more. */
async function handshake(
  options: ProxyOptions,
  request: IncomingMessage,
  call: Handshake,
): Promise<UpstreamReply | undefined> {
  const { broker, limits } = options
  const { record, caller } = call
  if (headerBytes(request.rawHeaders) > limits.headerBytes) throw new SallyportError('headers_too_large')
  const { authorization } = request.headers
  const principal = await broker.authenticate(authorization)
  if (caller.isGone) return undefined
  call.counted = admitted(options, principal, request)
  record.principal = principal
  return broker.call(inputOf(request, { principal, body: undefined, caller, record }, 'websocket'))
}

function switchingText(upstream: UpstreamReply, keepCookies: boolean, requestId: string): Buffer {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket']
  const headers = passedBackHeaders(upstream.headers, keepCookies)
  headers.push('Sallyport-Request-Id', requestId)
  for (let index = 0; index + 1 < headers.length; index += 2) {
    lines.push(`${headers[index]}: ${headers[index + 1]}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
