import type { DryRequest, JsonValue, RunReply } from '@sallyport/contract'
import { answered, request } from '../../api/request.ts'
import type { Draft } from './draft.ts'
import { isStream } from './draft.ts'

/** What is run: one that is saved, or one as it is being edited. */
export type Subject =
  | { readonly key: string; readonly operation: Draft }
  | { readonly operation: Draft; readonly key?: undefined }

export interface RunInput {
  readonly input: Record<string, JsonValue>
  readonly account?: string | undefined
  readonly resume?: string | undefined
}

/** What came of a run: a value, or a body as it came, as far as it was read. */
export type Outcome =
  | { readonly kind: 'value'; readonly reply: RunReply }
  | { readonly kind: 'body'; readonly contentType: string; readonly text: string; readonly isCut: boolean }

/** Runs it, with a trace. @throws Failure */
export async function run(subject: Subject, given: RunInput): Promise<Outcome> {
  const body = { ...membersOf(given), trace: true }
  const reply = await asked(subject, body)
  if (!isStream(subject.operation)) return { kind: 'value', reply: (await reply.json()) as RunReply }
  const read = await textOf(reply)
  return { kind: 'body', contentType: reply.headers.get('content-type') ?? 'no type', ...read }
}

/** Its first request as it would be sent; undefined where it sends none. @throws Failure */
export async function shown(subject: Subject, given: RunInput): Promise<DryRequest | undefined> {
  const reply = await asked(subject, { ...membersOf(given), dryRun: true })
  return ((await reply.json()) as RunReply).request
}

function asked({ key, operation }: Subject, body: object): Promise<Response> {
  if (key !== undefined) return answered('POST', '/v1/operations/{key}/run', { params: { key }, body })
  // It need not hold: the API says what is wrong with it.
  return answered('POST', '/v1/operations/run', { body: { ...body, operation: operation as never } })
}

function membersOf({ input, account, resume }: RunInput) {
  return { input, ...(account !== undefined && { account }), ...(resume !== undefined && { resume }) }
}

/** What a page can show of a body is read, and no more: the rest is not even asked for. */
const mostRead = 100_000

async function textOf({ body }: Response): Promise<{ text: string; isCut: boolean }> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value
    if (text.length <= mostRead) continue
    await reader?.cancel()
    return { text: text.slice(0, mostRead), isCut: true }
  }
  return { text, isCut: false }
}

/** The schema of an operation's input, as the API describes it. @throws Failure */
export async function describedInput(key: string, { input, account }: RunInput) {
  const { schema } = await request('POST', '/v1/operations/{key}/input', {
    params: { key },
    body: { input, ...(account !== undefined && { account }) },
  })
  return schema
}
