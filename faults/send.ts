import { request } from 'node:http'

/** A reply, read as far as a harness cares; status 0 where the other side died before it had answered. */
export interface Reply {
  readonly status: number
  readonly text: string
  /** Of the text, where it is JSON. */
  readonly body: Readonly<Record<string, unknown>>
}

/** One request on a connection of its own: nothing of a process that was killed is used with the one after it. */
export function send(
  url: string,
  { method, key, body }: { readonly method: string; readonly key: string; readonly body?: unknown },
): Promise<Reply> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve) => {
    const dead = () => resolve({ status: 0, text: '', body: {} })
    const headers = {
      authorization: `Bearer ${key}`,
      ...(text !== undefined && { 'content-type': 'application/json' }),
    }
    const sent = request(url, { method, headers, agent: false }, (reply) => {
      let received = ''
      reply.setEncoding('utf8')
      reply.on('data', (chunk: string) => {
        received += chunk
      })
      reply.on('error', dead)
      reply.on('end', () => {
        const isJson = /json/.test(reply.headers['content-type'] ?? '')
        resolve({ status: reply.statusCode ?? 0, text: received, body: isJson ? JSON.parse(received) : {} })
      })
    })
    sent.on('error', dead)
    sent.end(text)
  })
}
