import type { LoopbackProvider, ScriptedReply } from '@sallyport/testkit'
import { codeDefinition, person, type Scene, scene } from '../authorization.suite.ts'
import type { TestReply } from '../sallyport.suite.ts'

/** What a definition says beside its `auth`. */
type Rest = Readonly<Record<string, unknown>>

/** A Sallyport and a provider, with a definition that says how the provider departs from the standards. */
export interface Quirk extends Scene {
  /** Makes an account and consents in a browser, all the way; what `GET /v1/accounts/{id}` then shows. */
  connect(input?: Rest): Promise<TestReply['body']>
  /** Makes an account of a definition that needs no person. */
  fetchToken(input?: Rest): Promise<TestReply['body']>
  /** A call through the passage. */
  call(id: string, path?: string): Promise<TestReply>
  renew(id: string): Promise<TestReply>
  /** The n-th token request's body as form. */
  form(at?: number, route?: string): Record<string, string>
}

/** Starts both; `auth` and `rest` may depend on where the provider is. */
export async function quirk(
  auth: (origin: string) => Rest,
  rest: (origin: string) => Rest = () => ({}),
  options: {
    readonly behaviour?: Partial<LoopbackProvider['behaviour']>
    readonly clock?: { now(): number }
  } = {},
): Promise<Quirk> {
  const made = await scene({ auth: null, ...options })
  const { provider, sallyport } = made
  await made.define({ ...codeDefinition(provider, auth(provider.origin)), ...rest(provider.origin) })
  const create = async (input: Rest = {}) => {
    const reply = await sallyport.request('POST', '/v1/accounts', {
      integration: 'loop',
      name: 'Ann',
      ...input,
    })
    if (reply.status !== 201) throw new Error(reply.text)
    return reply.body
  }
  return {
    ...made,
    fetchToken: create,
    async connect(input) {
      const { id } = await create(input)
      await person().finish(await made.authorize(id))
      return made.read(id)
    },
    call: (id, path = '/echo') => sallyport.request('GET', `/proxy/${id}${path}`),
    renew: (id) => sallyport.request('POST', `/v1/accounts/${id}/renew`),
    form: (at = -1, route = 'ANY /token') => Object.fromEntries(provider.received(route).at(at)?.form ?? []),
  }
}

/** A reply of JSON, with any status. */
export function json(value: unknown, status = 200): ScriptedReply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}

/** A reply of any other kind. */
export function typed(body: string, type: string): ScriptedReply {
  return { headers: { 'Content-Type': type }, body }
}

/** The provider's own page, where it redirects back with these parameters; `{name}` stands for what it was asked with. */
export function consenting(
  provider: LoopbackProvider,
  names: { readonly redirect?: string; readonly answer: (asked: URLSearchParams) => Record<string, string> },
): void {
  provider.script('GET /authorize', ({ query }) => {
    const asked = new URLSearchParams(query)
    const back = new URL(asked.get(names.redirect ?? 'redirect_uri') ?? '')
    for (const [name, value] of Object.entries(names.answer(asked))) back.searchParams.set(name, value)
    return { status: 302, headers: { Location: back.href } }
  })
}
