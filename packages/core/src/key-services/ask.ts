import { parseUrl } from '../destination/url.ts'
import { EgressError } from '../egress/failure.ts'
import { KeyServiceFailure } from '../vault/key-service-failure.ts'
import type { KeyServicePorts } from './key-service.ts'

/** A key service is near, and a call may be waiting for it. */
const timeouts = { connectMilliseconds: 2_000, firstByteMilliseconds: 4_000, totalMilliseconds: 6_000 }

export interface Question {
  /** Of the service. */
  readonly id: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface Answer {
  readonly status: number
  /** Empty where the reply has no body. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** One question to a key service. @throws KeyServiceFailure where no answer comes, or one that is no JSON */
export async function ask({ send }: Pick<KeyServicePorts, 'send'>, question: Question): Promise<Answer> {
  const { id, method, headers, body } = question
  const url = parseUrl(question.url)
  if (!url) throw new KeyServiceFailure({ isRefusal: true, detail: `${id}: its address is malformed` })
  const reply = await send({ url, method, headers, body, timeouts }).catch((cause: unknown) => {
    if (!(cause instanceof EgressError)) throw cause
    throw new KeyServiceFailure({ isRefusal: false, detail: `${id}: ${cause.code} (${cause.detail})`, cause })
  })
  const fields = reply.body.length === 0 ? {} : objectIn(reply.body.toString())
  if (fields) return { status: reply.status, fields }
  throw new KeyServiceFailure({ isRefusal: false, detail: `${id}: answered ${reply.status} without JSON` })
}

/** Of a quota, sealed, in standby, or broken. */
export function isOutOfOrder({ status }: Answer): boolean {
  return status === 429 || status >= 500
}

/** Refused by the service, in its own word. */
export function refused(id: string, word: string): KeyServiceFailure {
  return new KeyServiceFailure({ isRefusal: true, detail: `${id}: refused (${word})` })
}

/** It answered, but cannot do it at present. */
export function outOfOrder(id: string, word: string): KeyServiceFailure {
  return new KeyServiceFailure({ isRefusal: false, detail: `${id}: out of order (${word})` })
}

/** The member of this name, where it is an object. */
export function objectAt(fields: Answer['fields'], name: string): Answer['fields'] {
  const value = fields[name]
  return isObject(value) ? value : {}
}

export function textAt(fields: Answer['fields'], name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' ? value : undefined
}

function objectIn(text: string): Answer['fields'] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Answer['fields'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
