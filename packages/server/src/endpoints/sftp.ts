import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Caller, type CallRecord, type Principal, RangeNotSatisfiable, SallyportError } from '@sallyport/core'
import { onResponseEnd } from '../http/connection-end.ts'
import { problemReply } from '../http/problem.ts'
import { dropRest } from '../http/rest-of-request.ts'
import {
  admitted,
  begin,
  end,
  fail,
  failed,
  oneHeader,
  type ProxyOptions,
  splitUrl,
  timeoutOf,
} from './proxy.ts'

/** Serves `ANY /sftp/{account}/{path}`, before and beside the router. */
export function sftpHandler(options: ProxyOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = options.newRequestId()
    const record = begin(options.broker, request, requestId, 'sftp')
    const caller = new Caller()
    let counted: Principal | undefined
    onResponseEnd(request, response, () => {
      if (counted) options.calls.leave(counted)
      if (response.writableFinished) dropRest(request)
      else caller.leave()
      end(options.broker, record, response)
    })
    try {
      const principal = await options.broker.authenticate(request.headers.authorization)
      if (caller.isGone) return
      counted = admitted(options, principal, request)
      const { query, ...place } = splitUrl(request.url ?? '', '/sftp/')
      record.principal = principal
      record.path = place.path
      if (query !== '') throw queryRefused()
      const reply = await options.broker.files({
        principal,
        ...place,
        method: request.method ?? 'GET',
        range: rangeOf(request),
        content: request,
        timeout: timeoutOf(oneHeader(request, 'sallyport-timeout')),
        caller,
        record,
      })
      response.writeHead(reply.status, {
        ...reply.headers,
        'cache-control': 'no-store',
        'sallyport-request-id': requestId,
        'x-content-type-options': 'nosniff',
        'content-security-policy': 'sandbox',
      })
      if (!reply.body) response.end()
      else await pipeline(countedBytes(reply.body, record), response)
    } catch (thrown) {
      const error = options.invalidKeys.answer(thrown, request)
      // Whoever left half-way is no failure of ours; the pipeline has cut the connection.
      failed(record, caller, error)
      if (!caller.isGone) options.onFailure(error, requestId, record)
      if (error instanceof RangeNotSatisfiable) response.setHeader('content-range', `bytes */${error.size}`)
      fail(response, problemReply(options.publicUrl, error, requestId))
    }
  }
}

/** Counts what is read of a file, by whoever is sent it. */
function countedBytes(body: Readable, { last }: CallRecord): Readable {
  body.on('data', (chunk: Buffer) => {
    if (last) last.bytesDown += chunk.length
  })
  return body
}

/** A range of another state of the file cannot be told from this one: then the whole is sent (RFC 9110 §13.1.5). */
function rangeOf(request: IncomingMessage): string | undefined {
  return request.headers['if-range'] === undefined ? request.headers.range : undefined
}

/** A question mark in a name that was not encoded would be taken for another file. */
function queryRefused(): SallyportError {
  return new SallyportError('bad_request', {
    message: 'Files take no query. Write a question mark that belongs to a name as %3F.',
  })
}
