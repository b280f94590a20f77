import type { IncomingMessage } from 'node:http'
import { faultsOf, type NewApiKeyReply, SetupInput } from '@sallyport/contract'
import { type Broker, invalid, SallyportError } from '@sallyport/core'
import type { FastifyInstance } from 'fastify'
import { pageHeaders } from '../pages/layout.ts'
import { firstKeyPage, flowFailurePage, setupPage, setupScript } from '../pages/pages.ts'

/** The first key, once: by JSON, or by the form of a plain page. */
export function registerSetup(
  app: FastifyInstance,
  broker: Broker,
  addressOf: (request: IncomingMessage) => string,
): void {
  app.get('/setup', (_request, reply) => reply.headers(pageHeaders).send(setupPage()))
  app.get('/setup.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(setupScript))

  app.register(async (scope) => {
    // Only here does a form come in; every other endpoint takes JSON alone (R3).
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(String(text)))),
    )
    scope.post('/setup', async (request, reply) => {
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
      const given = { body: request.body, address: addressOf(request.raw) }
      try {
        const key = isForm ? await firstKeyByForm(broker, given) : await firstKey(broker, given)
        return isForm
          ? reply.code(201).headers(pageHeaders).send(firstKeyPage(key.key))
          : reply.code(201).header('cache-control', 'no-store').send(key)
      } catch (error) {
        if (!isForm || !(error instanceof SallyportError)) throw error
        return reply.code(error.status).headers(pageHeaders).send(flowFailurePage(error.code, error.message))
      }
    })
  })
}

interface Given {
  readonly body: unknown
  readonly address: string
}

/** For a person, who sees one field: a token that cannot be one is a wrong one. */
function firstKeyByForm(broker: Broker, { body, address }: Given): Promise<NewApiKeyReply> {
  const input = SetupInput.safeParse(body)
  return broker.setup.complete(input.success ? input.data.token : '', address)
}

function firstKey(broker: Broker, { body, address }: Given): Promise<NewApiKeyReply> {
  const input = SetupInput.safeParse(body)
  if (!input.success) throw invalid('input_invalid', faultsOf(input.error))
  return broker.setup.complete(input.data.token, address)
}
