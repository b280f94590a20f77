import { Readable } from 'node:stream'
import type { JsonValue, SftpStep } from '@sallyport/contract'
import { CallRecord } from '../call/record.ts'
import { SallyportError } from '../error.ts'
import { calledAccount } from './called-account.ts'
import { type Frame, type Outcome, scopeOf } from './frame.ts'
import { operationTemplate, renderValue, textOf, writtenValue } from './render.ts'
import { decoded } from './request-body.ts'
import type { Scope } from './scope.ts'
import type { StepTracer } from './tracer.ts'

const methods = { list: 'GET', get: 'GET', put: 'PUT', delete: 'DELETE' } as const

/** Lists, reads, writes or deletes on a server of files: `{entries}`, `{content}` or `{created}`. */
export async function sftpStep(
  frame: Frame,
  step: SftpStep,
  more: Pick<Scope, 'error'>,
  tracer: StepTracer,
): Promise<Outcome> {
  const { run } = frame
  const account = await calledAccount(frame, step.adapter)
  const scope = scopeOf(frame, { ...more, account: account.target.account.parameters })
  const path = pathOf(step, scope)
  const content = step.action === 'put' ? contentOf(step, scope) : Buffer.alloc(0)
  if (run.isDry) return dry(step, account.target.account.id, path)
  await run.end.mayCall()
  const record = new CallRecord(run.requestId, methods[step.action], 'sftp')
  run.ports.calls.begin(record, undefined)
  Object.assign(record, { principal: run.principal, path })
  tracer.sent(record)
  const caller = run.end.caller()
  try {
    const reply = await run.ports.files({
      ...{ principal: run.principal, account: account.name, method: methods[step.action], path },
      ...{ range: undefined, content: Readable.from([content]), timeout: run.end.left, caller, record },
    })
    record.status = reply.status
    const body = reply.body ? await whole(run.budget, reply.body) : Buffer.alloc(0)
    if (record.last) record.last.bytesDown = body.length
    return { kind: 'value', value: outputOf(step, reply.status, body) }
  } catch (error) {
    const failure = run.end.reason ?? error
    record.code = failure instanceof SallyportError ? failure.code : 'internal'
    throw failure
  } finally {
    run.end.forget(caller)
    run.ports.calls.end(record)
  }
}

/** What is written out, and a value that stands alone, is a plain path; any other value is one name in it. */
function pathOf({ action, path }: SftpStep, scope: Scope): string {
  const { parts } = operationTemplate(path)
  const written = parts
    .map((part) => {
      if (part.kind === 'literal') return encodedPath(part.text)
      const value = writtenValue(part.name, scope, parts.length === 1 ? 'text' : 'segment')
      return parts.length === 1 ? encodedPath(value) : value
    })
    .join('')
    .replace(/^\//, '')
  return action === 'list' && written !== '' && !written.endsWith('/') ? `${written}/` : written
}

function encodedPath(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/')
}

function contentOf({ content = '', encoding }: SftpStep, scope: Scope): Buffer {
  return decoded(textOf(renderValue(content, scope, 'text') ?? ''), encoding)
}

async function whole(budget: Frame['run']['budget'], body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk)
    budget.take(bytes.length)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function outputOf({ action, encoding }: SftpStep, status: number, body: Buffer): JsonValue {
  if (action === 'list') return JSON.parse(body.toString()) as JsonValue
  if (action === 'get') return { content: body.toString(encoding === 'base64' ? 'base64' : 'utf8') }
  return action === 'put' ? { created: status === 201 } : { deleted: true }
}

function dry(step: SftpStep, account: string, path: string): Outcome {
  const method = methods[step.action]
  return {
    kind: 'dry',
    request: { step: step.name, method, url: `/sftp/${account}/${path}`, headers: [] },
  }
}
