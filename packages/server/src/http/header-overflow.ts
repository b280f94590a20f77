import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { page, pageHeaders } from '../pages/layout.ts'

/**
 * Above this the parser itself gives up; from 32 KiB on, our own check answers. Less than the 64 KiB that are
 * read at once, so that what the parser refused still shows whether the address or the headers were too long.
 */
export const parserHeaderLimit = 61_440
export const headerLimit = 32_768

/** Bytes of a request's headers as they were sent. */
export function headerBytes(rawHeaders: readonly string[]): number {
  // Each pair also had a colon, a space and a line end.
  return rawHeaders.reduce((sum, text) => sum + text.length + 2, 0)
}

/** Why headers grow too large, and how to mend it: for the person whose browser sent them. */
export function headersTooLargePage(): string {
  return page({
    title: 'Your browser sent too much',
    paragraphs: [
      'The headers of this request are larger than 32 KiB. Almost always the cause is cookies: many sites under the same host have each left some, and the browser sends them all.',
      'Nothing was lost at the provider, but this authorization did not finish.',
      'To mend it: clear the cookies of this host in your browser, or open a private window. Then start again from the application that sent you here.',
    ],
  })
}

/** Answers what the parser refused; without this the browser would only see a closed connection. */
export function onClientError(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void {
  if (!socket.writable || socket.writableEnded) {
    socket.destroy()
    return
  }
  if (isAnswering(socket)) return
  const [status, reason, html] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? tooLarge(Buffer.isBuffer(error.rawPacket) ? error.rawPacket : undefined)
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ([408, 'Request Timeout', undefined] as const)
        : ([400, 'Bad Request', undefined] as const)
  const body = html ?? ''
  const headers = { ...pageHeaders, connection: 'close', 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`)
  // Closing while bytes are still arriving would reset the connection and lose the answer.
  socket.resume()
  setTimeout(() => socket.destroy(), 1000).unref()
}

const ending = new WeakSet<Socket>()

/**
 * Whether an answer is under way, or owed to an earlier request: another one in between would be taken for part of
 * it, or for the whole. The connection ends with it, or at once where the answer's own request is what went wrong.
 * Node's own handler looks at the same field.
 */
function isAnswering(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean {
  const response = socket._httpMessage
  if (!response || !(response.headersSent || response.req.complete)) return false
  if (!response.req.complete || socket.readableEnded) socket.destroy()
  else if (!ending.has(socket)) {
    ending.add(socket)
    response.once('finish', () => socket.end())
  }
  return true
}

/** Of several packets only the last is known; then it is the headers, as it almost always is. */
function tooLarge(packet: Buffer | undefined): readonly [number, string, string | undefined] {
  const start = packet?.subarray(0, parserHeaderLimit).toString('latin1') ?? ''
  const requestLineOnly = /^[A-Z]+ \//.test(start) && !start.includes('\n')
  return requestLineOnly
    ? [414, 'URI Too Long', undefined]
    : [431, 'Request Header Fields Too Large', headersTooLargePage()]
}
