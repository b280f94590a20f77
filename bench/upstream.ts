import { type AddressInfo, createServer, type Socket } from 'node:net'
import { MessageReader } from './message-reader.ts'
import { largeBytes, replyBytes, upstreamCredentials } from './requests.ts'

// A small API with a token endpoint. It answers 1 KB to whoever brings the right token, and 401 to others,
// so that a passage which forgets the credential does not look fast.

const ok = reply('200 OK', 'x'.repeat(replyBytes))
const refused = reply('401 Unauthorized', 'no')
const issued = reply(
  '200 OK',
  JSON.stringify({ access_token: upstreamCredentials.accessToken, token_type: 'Bearer', expires_in: 86_400 }),
)
const block = Buffer.alloc(65_536, 'x')
const { clientId, clientSecret } = upstreamCredentials
const client = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
const tokens = [upstreamCredentials.apiToken, upstreamCredentials.accessToken]
const bearers = tokens.map((token) => `Authorization: Bearer ${token}`)

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new MessageReader((head) => {
    if (head.startsWith('GET /v1/large ')) sendLarge(socket)
    else socket.write(answer(head))
  })
  socket.on('data', (chunk: Buffer) => reader.push(chunk))
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

/** No faster than it is taken. */
function sendLarge(socket: Socket): void {
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${largeBytes}\r\n\r\n`,
  )
  let left = largeBytes
  const send = () => {
    while (left > 0) {
      const chunk = left < block.length ? block.subarray(0, left) : block
      left -= chunk.length
      if (!socket.write(chunk)) {
        socket.once('drain', send)
        return
      }
    }
  }
  send()
}

function answer(head: string): Buffer {
  if (head.startsWith('POST /token ')) return head.includes(client) ? issued : refused
  return bearers.some((bearer) => head.includes(bearer)) ? ok : refused
}

function reply(status: string, body: string): Buffer {
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Date: Mon, 05 Jan 2026 10:00:00 GMT',
    'Cache-Control: private, max-age=0',
    'ETag: W/"400-5f7b2c"',
    'Vary: Accept-Encoding',
    'X-Request-Id: 7f1c2d3e4b5a',
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
