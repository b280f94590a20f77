import { Readable } from 'node:stream'
import type { JsonValue } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { type Frame, isOutermost, type Outcome } from './frame.ts'
import type { Turn } from './page-request.ts'
import { type PagedRequest, Pages } from './pages.ts'

/** All pages of a list: as one output, or as they come where the run ends with them. */
export async function pagedStep(frame: Frame, paged: PagedRequest): Promise<Outcome> {
  const { run, operation } = frame
  const { step } = paged
  const isLast =
    isOutermost(frame) && operation.steps.at(-1)?.name === step.name && operation.output === undefined
  const isStreamed = isLast && (step.reply?.as === 'stream' || run.wantsLines)
  const from = isOutermost(frame) ? await resumed(frame, step.name) : undefined
  const pages = new Pages(run, paged, { from, isKept: !isStreamed })
  const ending = new Ending(frame, pages, step.name)
  if (!isStreamed) return { kind: 'value', value: await gathered(pages, ending, isLast) }
  const iterator = pages.read()
  // The first tells whether there is anything to be passed on, while that can still be said.
  const first = await iterator.next()
  const all = continued(first, iterator)
  const stream = run.wantsLines
    ? { contentType: 'application/x-ndjson', body: textOf(lines(all, ending)) }
    : { contentType: 'application/json', body: textOf(array(all)) }
  return { kind: 'stream', stream: { ...stream, contentEncoding: undefined } }
}

/** What is said of pages when there are no more, or one failed. */
class Ending {
  readonly #frame: Frame
  readonly #pages: Pages
  readonly #step: string

  constructor(frame: Frame, pages: Pages, step: string) {
    this.#frame = frame
    this.#pages = pages
    this.#step = step
  }

  async told(failure?: SallyportError): Promise<Record<string, JsonValue>> {
    const { run, operation } = this.#frame
    const { pages, next } = this.#pages
    const place = { organizationId: run.principal.organizationId, operation: operation.key }
    const resume = next && (await run.ports.resumes.seal(place, { step: this.#step, turn: next }))
    return {
      pages,
      ...(resume !== undefined && { resume }),
      ...(failure && { error: this.#shown(failure) }),
    }
  }

  #shown({ code, message, upstream }: SallyportError): JsonValue {
    const { status, body } = upstream ?? {}
    const said = { ...(status !== undefined && { status }), ...(body !== undefined && { body }) }
    return { code, message, step: this.#step, ...(upstream && { upstream: said }) }
  }
}

/** Of a list that fails half-way its beginning is put out where nothing comes after that could take it for the whole. */
async function gathered(pages: Pages, ending: Ending, isLast: boolean): Promise<JsonValue> {
  const items: JsonValue[] = []
  try {
    for await (const page of pages.read()) for (const item of page) items.push(item)
    return { items, ...(await ending.told()) }
  } catch (error) {
    if (!isLast || pages.pages === 0 || !(error instanceof SallyportError)) throw error
    return { items, ...(await ending.told(error)) }
  }
}

type Items = AsyncGenerator<readonly JsonValue[]>

async function* continued(first: IteratorResult<readonly JsonValue[]>, rest: Items): Items {
  if (first.done) return
  yield first.value
  yield* rest
}

/** One that fails breaks off: nobody takes a part of it for the whole. */
async function* array(pages: Items): AsyncGenerator<string> {
  yield '['
  let comma = ''
  for await (const items of pages) {
    if (items.length === 0) continue
    yield comma + items.map((item) => JSON.stringify(item)).join(',')
    comma = ','
  }
  yield ']'
}

/** The last line is no item: it says how the list ended. */
async function* lines(pages: Items, ending: Ending): AsyncGenerator<string> {
  let failure: SallyportError | undefined
  try {
    for await (const items of pages) {
      if (items.length > 0) yield `${items.map((item) => JSON.stringify(item)).join('\n')}\n`
    }
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    failure = error
  }
  yield `${JSON.stringify({ end: await ending.told(failure) })}\n`
}

function textOf(chunks: AsyncGenerator<string>): Readable {
  return Readable.from(chunks, { objectMode: false })
}

async function resumed(frame: Frame, step: string): Promise<Turn | undefined> {
  const { run, operation } = frame
  if (run.resume === undefined) return undefined
  const place = { organizationId: run.principal.organizationId, operation: operation.key }
  const state = await run.ports.resumes.open(place, run.resume)
  return state.step === step ? state.turn : undefined
}
