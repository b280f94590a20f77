import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connectionLimits } from './connection-limits.ts'
import { onClientError } from './header-overflow.ts'

async function serve(headers: number): Promise<number> {
  const server = createServer(connectionLimits({ headers }), (request, response) => {
    request.resume().on('end', () => response.end('ok'))
  })
  server.on('clientError', onClientError)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function open(port: number): { readonly socket: Socket; readonly answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined)
  const answer = once(socket, 'close').then(() => Buffer.concat(chunks).toString())
  return { socket, answer }
}

test('headers that trickle in for ever are given up, however often a byte comes', async () => {
  const { socket, answer } = open(await serve(60))
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n')
  const trickle = setInterval(() => socket.write('X: y\r\n'), 5)
  onTestFinished(() => clearInterval(trickle))
  expect(await answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
})

test('a connection on which nothing is asked is given up', async () => {
  const { answer } = open(await serve(60))
  await answer
})

test('a body may take longer than headers may', async () => {
  const { socket, answer } = open(await serve(400))
  socket.write('PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 40\r\n\r\n')
  let sent = 0
  const trickle = setInterval(() => {
    socket.write('x')
    sent += 1
    if (sent === 40) clearInterval(trickle)
  }, 20)
  expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
})
