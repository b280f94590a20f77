import { InputQuestion, type InputReply, type JsonValue } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { calledAccount } from './called-account.ts'
import { evaluated } from './evaluate.ts'
import { scopeOf } from './frame.ts'
import { parsedBody } from './parse-reply.ts'
import type { OperationPorts } from './ports.ts'
import { refusal } from './refusal.ts'
import { renderRequest } from './request.ts'
import { type Asked, begun, outermost, parsed } from './run.ts'
import { send } from './send.ts'
import { definitionOf, operationByKey } from './stored.ts'
import { Tracer } from './tracer.ts'

/**
 * The schema of an operation's input: asked of the API where the operation says how.
 *
 * @throws SallyportError not_found, step_failed, and as a call does
 */
export async function readOperationInput(
  ports: OperationPorts,
  asked: Asked,
  { key, body }: { readonly key: string; readonly body: unknown },
): Promise<InputReply> {
  const question = parsed(InputQuestion, body)
  const operation = definitionOf(await operationByKey(ports, asked.principal.organizationId, key))
  const { inputFrom } = operation
  if (!inputFrom) return { schema: operation.input }
  const tracer = new Tracer(ports, false)
  const run = begun(ports, asked, operation, { tracer, isDry: false, resume: undefined })
  try {
    const frame = outermost(run, operation, question)
    const account = await calledAccount(frame, undefined)
    const scope = scopeOf(frame, { account: account.target.account.parameters })
    const request = await renderRequest(inputFrom, scope, run)
    const sent = await send(run, request, { account: account.name }, tracer.begin('inputFrom', 'http'))
    const reply = await sent.whole()
    if (reply.status < 200 || reply.status > 299) throw refusal(reply, account)
    return { schema: schemaIn(await evaluated(run, inputFrom.map, await parsedBody(run, reply, 'auto'))) }
  } finally {
    run.end.close()
  }
}

function schemaIn(value: JsonValue | undefined): Record<string, JsonValue> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new SallyportError('step_failed', {
    message: '`inputFrom.map` yields no JSON Schema from what the API answered. Correct the operation.',
  })
}
