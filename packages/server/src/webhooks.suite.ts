import { createHmac } from 'node:crypto'
import type { NewWebhookReply } from '@sallyport/contract'
import { fakeClock, type LoopbackProvider, loopbackProvider, type ReceivedRequest } from '@sallyport/testkit'
import { expect, onTestFinished } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

/** Whether a request is signed with this secret: written from the words of Standard Webhooks, not from our code. */
export function isSigned({ headers, body }: ReceivedRequest, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`
  return String(headers['webhook-signature']).split(' ').includes(expected)
}

/** A Sallyport and a server that webhooks lead to, by one clock, for one test. */
export async function told(environment: Readonly<Record<string, string>> = {}, folder?: string) {
  const clock = fakeClock()
  const receiver: LoopbackProvider = await loopbackProvider({ clock })
  receiver.script('POST /hook', { status: 204 })
  const sallyport = await startSallyport(environment, folder, clock)
  onTestFinished(() => sallyport.close())
  onTestFinished(() => receiver.close())
  return {
    clock,
    receiver,
    sallyport,
    /** Makes one that leads to `/hook`, or elsewhere. */
    async webhook(input: object = {}): Promise<NewWebhookReply> {
      const url = `${receiver.origin}/hook`
      const reply = await sallyport.request('POST', '/v1/webhooks', { url, ...input })
      expect(reply.status, reply.text).toBe(201)
      return reply.body
    },
    /** Connects an account, which is an event; its id. */
    account: () => connected(sallyport, { baseUrl: receiver.origin }),
    get: async (path: string) => (await sallyport.request('GET', `/v1/webhooks${path}`)).body,
    post: (path: string) => sallyport.request('POST', `/v1/webhooks${path}`, {}),
    /** What arrived at `/hook`. */
    hooks: () => receiver.received('POST /hook'),
  }
}
