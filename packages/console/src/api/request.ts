import type { endpoints, Problem, z } from '@sallyport/contract'
import { addressOf, loginAddress } from './addresses.ts'
import { Failure } from './failure.ts'

type Row = (typeof endpoints)[keyof typeof endpoints]
type Method = Row['method']
type PathOf<M extends Method> = Extract<Row, { readonly method: M }>['path']
type RowOf<M extends Method, P extends string> = Extract<Row, { readonly method: M; readonly path: P }>

/** What a row takes, as its schemas are given it. */
type Given<R extends Row> = (string extends keyof z.input<R['params']>
  ? { readonly params?: undefined }
  : { readonly params: z.input<R['params']> }) & {
  readonly query?: z.input<R['query']>
} & BodyOf<R['body']> &
  (R['method'] extends 'GET' ? Background : unknown)

type BodyOf<Body> = Body extends z.ZodType
  ? { readonly body: z.input<Body> }
  : Body extends
        | { readonly definition: infer Definition extends z.ZodType }
        | { readonly unread: infer Definition extends z.ZodType }
    ? { readonly body: z.input<Definition> }
    : { readonly body?: undefined }

interface Background {
  /** Nobody need be there: it does not put off the end of the session (S1). */
  readonly isBackground?: boolean
}

/** What a row answers. */
export type Answer<M extends Method, P extends string> = RowOf<M, P>['reply'] extends z.ZodType
  ? z.output<RowOf<M, P>['reply']>
  : undefined

// A session changes something only with this token, which comes along with all that it reads (S2).
let csrfToken: string | undefined

/**
 * A call of the table of endpoints, as whoever is logged in. Types come from the table; nothing of it is loaded.
 *
 * @throws Failure
 */
export async function request<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  given: Given<RowOf<M, P>>,
): Promise<Answer<M, P>> {
  const reply = await reached(method, path, given)
  return (reply.status === 204 ? undefined : takeToken(await reply.json())) as Answer<M, P>
}

/** The same where what comes is not one JSON value: its body is for the caller to read. @throws Failure */
export function answered<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  given: Given<RowOf<M, P>> & Wish,
): Promise<Response> {
  return reached(method, path, given)
}

async function reached(method: Method, path: string, parts: Parts): Promise<Response> {
  const reply = await sent(method, path, parts)
  csrfToken = reply.headers.get('sallyport-csrf') ?? csrfToken
  if (reply.ok) return reply
  const failure = new Failure(await problemOf(reply))
  if (failure.code === 'session_invalid' || failure.code === 'key_invalid') return logInFirst()
  throw failure
}

/** A session that goes on under another cookie has another token from now on, and its reply says so. */
function takeToken(answer: { readonly csrfToken?: unknown }): unknown {
  if (typeof answer.csrfToken === 'string') csrfToken = answer.csrfToken
  return answer
}

/** As what the answer is to come, in place of JSON; and until when it is waited for. */
interface Wish {
  readonly accept?: string
  readonly signal?: AbortSignal
}

interface Parts extends Wish, Background {
  readonly params?: unknown
  readonly query?: unknown
  readonly body?: unknown
}

async function sent(method: Method, path: string, parts: Parts): Promise<Response> {
  const { params, query, body, accept = 'application/json', signal, isBackground = false } = parts
  try {
    return await fetch(addressOf(`${filled(path, params)}${queryOf(query)}`), {
      method,
      headers: {
        accept,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(isBackground && { 'sallyport-background': '1' }),
        ...(method !== 'GET' && csrfToken !== undefined && { 'sallyport-csrf': csrfToken }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
  } catch (error) {
    throw new Failure(undefined, error)
  }
}

function filled(path: string, params: unknown): string {
  const values = (params ?? {}) as Readonly<Record<string, string>>
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

function queryOf(query: unknown): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

/** Undefined for an answer that something between gave. */
async function problemOf(reply: Response): Promise<Problem | undefined> {
  if (!reply.headers.get('content-type')?.startsWith('application/problem+json')) return undefined
  return reply.json().catch(() => undefined)
}

/** Nothing comes of it any more: the page is being left. */
function logInFirst(): Promise<never> {
  location.assign(loginAddress('/login'))
  return new Promise(() => undefined)
}

/** Ends the session. @throws Failure */
export async function logOut(): Promise<void> {
  const reply = await sent('POST', '/logout', {})
  if (!reply.ok && reply.status !== 401) throw new Failure(await problemOf(reply))
  location.assign(addressOf('/login'))
}

/** Proves once more who is logged in, without leaving the page. @throws Failure */
export async function proveAgain(
  proof: { readonly password: string } | { readonly code: string },
): Promise<void> {
  const reply = await sent('POST', '/login/confirm', { body: proof })
  if (!reply.ok) throw new Failure(await problemOf(reply))
  takeToken(await reply.json())
}
