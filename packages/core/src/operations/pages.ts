import { createHash } from 'node:crypto'
import type { HttpStep, JsonValue, Paging } from '@sallyport/contract'
import { addressOf } from '../call/address.ts'
import { preparedFor } from '../call/prepare.ts'
import { SallyportError } from '../error.ts'
import { valueAtPointer } from '../json-pointer.ts'
import type { CalledAccount } from './called-account.ts'
import type { WholeReply } from './collect.ts'
import { evaluated } from './evaluate.ts'
import type { Run } from './frame.ts'
import { firstTurn, nextTurn, type Page } from './next-turn.ts'
import { pageRequest, type Turn } from './page-request.ts'
import { parsedBody } from './parse-reply.ts'
import { accepts, refusal } from './refusal.ts'
import type { RenderedRequest } from './request.ts'
import { send } from './send.ts'
import type { StepTracer } from './tracer.ts'

/** A list that an API answers in pages. */
export interface PagedRequest {
  readonly step: HttpStep & { readonly paging: Paging }
  readonly account: CalledAccount
  readonly request: RenderedRequest
  readonly tracer: StepTracer
}

/** Reads pages one after the other, each when it is asked for. */
export class Pages {
  readonly #run: Run
  readonly #paged: PagedRequest
  readonly #isKept: boolean
  #turn: Turn
  #page = 0
  #items = 0
  #isAtEnd = false
  #checkpoint = ''
  #lastBody = ''

  /** `from` is where a run before this one stopped; with `isKept` all pages stay in memory. */
  constructor(
    run: Run,
    paged: PagedRequest,
    { from, isKept }: { readonly from?: Turn | undefined; readonly isKept: boolean },
  ) {
    this.#run = run
    this.#paged = paged
    this.#isKept = isKept
    this.#turn = from ?? firstTurn(paged.step.paging, paged.request)
  }

  /** How many have arrived. */
  get pages(): number {
    return this.#page
  }

  /** How many items they had. */
  get items(): number {
    return this.#items
  }

  /** How the page is asked for that comes next, or failed; undefined where there is none. */
  get next(): Turn | undefined {
    return this.#isAtEnd ? undefined : this.#turn
  }

  /** The items of each page. @throws SallyportError as a step does; `next` is then the page that failed */
  async *read(): AsyncGenerator<readonly JsonValue[]> {
    const { maxPages } = this.#paged.step.paging
    while (!this.#isAtEnd && this.#page < maxPages) {
      const request = pageRequest(this.#paged.request, this.#paged.step.paging, this.#turn)
      const reply = await this.#replyTo(request)
      const page = await this.#pageOf(reply, request)
      this.#page += 1
      this.#items += page.items.length
      const next = await nextTurn(this.#run, this.#paged.step.paging, page, this.#turn)
      yield page.items
      if (!this.#isKept) this.#run.budget.giveBack(reply.body.length)
      if (next) this.#goOn(next)
      else this.#isAtEnd = true
    }
  }

  async #replyTo(request: RenderedRequest): Promise<WholeReply> {
    const { step, account, tracer } = this.#paged
    const { timeoutSeconds, retries, reply: selection } = step
    const terms = { account: account.name, timeoutSeconds, retries }
    const sent = await send(this.#run, request, terms, tracer)
    const reply = await sent.whole()
    if (!accepts(selection, reply.status)) throw refusal(reply, account)
    return reply
  }

  async #pageOf(reply: WholeReply, request: RenderedRequest): Promise<Page> {
    const { step, account } = this.#paged
    const { status, headers } = reply
    const body = await parsedBody(this.#run, reply, step.reply?.as ?? 'auto')
    const items = itemsOf(body, step.paging.items)
    this.#requireAnother(reply, items)
    const map = step.reply?.map
    const mapped = map === undefined ? items : [(await evaluated(this.#run, map, items)) ?? []].flat()
    const url = urlOf(account, request)
    return { ...{ status, headers, body, url, request }, items: mapped, page: this.#page + 1 }
  }

  /** An API that does not know the parameter answers its first page for ever. @throws SallyportError step_failed */
  #requireAnother({ body }: WholeReply, items: readonly JsonValue[]): void {
    const { kind } = this.#paged.step.paging
    if ((kind !== 'offset' && kind !== 'page' && kind !== 'last_item') || items.length === 0) return
    const digest = createHash('sha256').update(body).digest('base64')
    if (digest === this.#lastBody) {
      const message =
        'The API answered the same page twice. It may call the parameter otherwise: correct `paging`.'
      throw new SallyportError('step_failed', { message })
    }
    this.#lastBody = digest
  }

  /** Pages that lead back to one before go round for ever: one turn is remembered, twice as late each time. */
  #goOn(next: Turn): void {
    const text = JSON.stringify(next)
    if (text === this.#checkpoint) {
      this.#isAtEnd = true
      throw new SallyportError('step_failed', { message: 'The pages of the API lead round in a circle.' })
    }
    if ((this.#page & (this.#page - 1)) === 0) this.#checkpoint = text
    this.#turn = next
  }
}

function itemsOf(body: JsonValue, pointer: string): readonly JsonValue[] {
  const value = valueAtPointer(body, pointer) as JsonValue | undefined
  if (Array.isArray(value)) return value
  return pointer === '' && value !== null && value !== undefined ? [value] : []
}

function urlOf({ target }: CalledAccount, { path, query, targetUrl }: RenderedRequest): string {
  const { origin, path: place } = addressOf(target, preparedFor(target, targetUrl), path, query, targetUrl)
  return `${origin}${place.split('?', 1)[0]}`
}
