import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type Principal, passedBackHeaders, SallyportError, type UpstreamReply } from '@sallyport/core'
import { headerBytes } from '../http/header-overflow.ts'
import { HttpCaller } from '../http/interim-replies.ts'
import { withoutOwnKey } from '../http/own-key.ts'
import { problemReply } from '../http/problem.ts'
import { responseOn } from '../http/response-on.ts'
import { fallenSilent } from '../http/silence.ts'
import type { Tunnels } from '../http/tunnels.ts'
import {
  admitted,
  fail,
  oneHeader,
  type ProxyOptions,
  passBack,
  retriesOf,
  splitUrl,
  timeoutOf,
} from './proxy.ts'

/** Serves a WebSocket's handshake on `/proxy/{account}/{path}`, and what passes once both sides agreed to it. */
export function webSocketHandler(options: ProxyOptions, tunnels: Tunnels) {
  const { broker, limits } = options
  return async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    const requestId = options.newRequestId()
    const response = responseOn(socket, request)
    const caller = new HttpCaller(response)
    let counted: Principal | undefined
    // As long as it lasts, whatever becomes of it.
    socket.once('close', () => counted && options.calls.leave(counted))
    const leave = () => caller.leave()
    socket.once('close', leave)
    socket.setTimeout(limits.idleMilliseconds)
    socket.on('timeout', () => fallenSilent(response, undefined))
    let upstream: UpstreamReply | undefined
    try {
      if (headerBytes(request.rawHeaders) > limits.headerBytes) throw new SallyportError('headers_too_large')
      const { authorization } = request.headers
      const place = splitUrl(request.url ?? '', '/proxy/')
      const carried = {
        ...{ ...place, headers: request.rawHeaders },
        targetUrl: oneHeader(request, 'sallyport-target'),
      }
      const principal = await broker.authenticate(authorization)
      if (caller.isGone) return
      counted = admitted(options, principal)
      upstream = await broker.call({
        principal,
        ...withoutOwnKey(carried, authorization ?? ''),
        method: 'GET',
        body: undefined,
        timeout: timeoutOf(oneHeader(request, 'sallyport-timeout')),
        retries: retriesOf(oneHeader(request, 'sallyport-retry')),
        caller,
        upgrade: 'websocket',
      })
      if (!upstream.upgraded) {
        passBack(response, upstream, requestId, limits)
        return
      }
      response.detachSocket(socket)
      socket.removeAllListeners('timeout').removeListener('close', leave)
      socket.write(switchingText(upstream, oneHeader(request, 'sallyport-cookies') === 'keep', requestId))
      if (head.length > 0) socket.unshift(head)
      tunnels.join(socket, upstream.upgraded, () => broker.stillAdmits(authorization, place.account))
    } catch (thrown) {
      const error = options.invalidKeys.answer(thrown, request)
      options.onFailure(error, requestId)
      fail(response, problemReply(options.publicUrl, error, requestId))
      upstream?.discard()
    }
  }
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
