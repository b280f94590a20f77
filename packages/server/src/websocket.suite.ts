import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { WebSocketClient } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import type { TestSallyport } from './sallyport.suite.ts'

export interface OpenOptions {
  readonly key?: string
  readonly protocols?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks for a WebSocket through Sallyport; it is closed with the test. */
export function webSocket(
  { origin, adminKey }: Pick<TestSallyport, 'origin' | 'adminKey'>,
  path: string,
  { key = adminKey, protocols = [], headers = {} }: OpenOptions = {},
): WebSocketClient {
  const client = new WebSocketClient(`${origin.replace(/^http/, 'ws')}/proxy/${path}`, [...protocols], {
    headers: { authorization: `Bearer ${key}`, ...headers },
  })
  client.on('error', () => undefined)
  onTestFinished(() => client.terminate())
  return client
}

/** The same, once it is open. */
export async function opened(
  sallyport: Pick<TestSallyport, 'origin' | 'adminKey'>,
  path: string,
  options?: OpenOptions,
): Promise<WebSocketClient> {
  const client = webSocket(sallyport, path, options)
  await once(client, 'open')
  return client
}

/** What the next message says. */
export async function nextMessage(client: WebSocketClient): Promise<string> {
  const [data] = (await once(client, 'message')) as [Buffer]
  return data.toString()
}

/** The reply to a handshake that opened nothing. */
export async function refusal(client: WebSocketClient): Promise<{ reply: IncomingMessage; text: string }> {
  const [, reply] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage]
  let text = ''
  for await (const chunk of reply) text += String(chunk)
  return { reply, text }
}

/** With what a side heard that it was closed: 1006 where it heard nothing. */
export async function closing(client: WebSocketClient): Promise<readonly [code: number, reason: string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer]
  return [code, reason.toString()]
}
