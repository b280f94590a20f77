import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jsonReply, type ProviderReply, type ProviderRequest, requestFrom, sendReply } from './message.ts'

/** A server that listens. */
export interface RunningServer {
  readonly origin: string
  /** Ends open connections too. */
  close(): Promise<void>
}

const bodyLimitBytes = 1024 * 1024

/** Serves a provider over plain HTTP; rejects with the socket's own error if it cannot listen. */
export async function serve(
  respond: (request: ProviderRequest) => ProviderReply,
  address: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer((message, response) => {
    answer(respond, message, response).catch(() => response.destroy())
  })
  server.listen(address.port, address.host)
  await once(server, 'listening')

  return {
    origin: originOf(server.address() as AddressInfo, address.host),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  respond: (request: ProviderRequest) => ProviderReply,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  let length = 0
  // A body that is too long is read to its end all the same: a client still writing would miss the answer.
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= bodyLimitBytes) chunks.push(chunk)
  }
  if (length > bodyLimitBytes) return sendReply(response, jsonReply(413, { error: 'body_too_large' }))
  await sendReply(response, respond(requestFrom(message, Buffer.concat(chunks))))
}

function originOf({ port }: AddressInfo, host: string): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
