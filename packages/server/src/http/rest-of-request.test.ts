import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { dropRest } from './rest-of-request.ts'

/** A server that refuses at once, and waits so long for the rest. */
async function open(
  milliseconds: number,
): Promise<{ readonly socket: Socket; readonly answers: () => number }> {
  const server = createServer((request, response) => {
    response.once('close', () => dropRest(request, milliseconds))
    response.writeHead(401, { 'content-length': 0 }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', () => undefined)
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  return { socket, answers: () => text.match(/HTTP\/1\.1 401/g)?.length ?? 0 }
}

test('a refused sender that trickles on is let go in the end', async () => {
  const { socket, answers } = await open(60)
  socket.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n')
  const trickle = setInterval(() => socket.write('x'), 5)
  onTestFinished(() => clearInterval(trickle))
  await new Promise((resolve) => socket.once('close', resolve))
  expect(answers()).toBe(1)
})

test('one that ends is served again on the same connection', async () => {
  const { socket, answers } = await open(60_000)
  socket.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n')
  await once(socket, 'data')
  socket.write('endPUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
  await once(socket, 'data')
  expect(answers()).toBe(2)
})
