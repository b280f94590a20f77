import { expect } from 'vitest'
import type { TestReply, TestSallyport } from '../sallyport.suite.ts'

export type Json = Readonly<Record<string, unknown>>

let count = 0

/** A key that no other definition has. */
export function newKey(): string {
  count += 1
  return `api${count}`
}

/** What tests of the REST endpoints do all the time, as the admin key unless they say otherwise. */
export function rest(sallyport: TestSallyport) {
  const post = (path: string, body?: unknown) => sallyport.request('POST', path, body)
  const get = (path: string) => sallyport.request('GET', path)
  return {
    post,
    get,
    patch: (path: string, body: unknown) => sallyport.request('PATCH', path, body),
    remove: (path: string) => sallyport.request('DELETE', path),

    /** Makes an integration, with a key of its own unless it has one; returns the key. */
    async integration(definition: Json): Promise<string> {
      const reply = await post('/v1/integrations', { key: newKey(), name: 'API', ...definition })
      expect(reply.status, reply.text).toBe(201)
      return reply.body.key
    },

    /** Makes an account and returns it as the reply shows it. */
    async account(integration: string, fields: Json = {}): Promise<TestReply['body']> {
      const reply = await post('/v1/accounts', { integration, name: 'An account', ...fields })
      expect(reply.status, reply.text).toBe(201)
      return reply.body
    },

    /** The account as it stands now. */
    async read(id: string): Promise<TestReply['body']> {
      return (await get(`/v1/accounts/${id}`)).body
    },
  }
}

/** An API that takes a key, and where the testkit's provider shows whether it is right: `key`. */
export function keyed(origin: string, fields: Json = {}): Json {
  return {
    baseUrl: `${origin}/keyed`,
    auth: { type: 'api_token' },
    placement: { in: 'header', name: 'X-Api-Key', template: '{token}' },
    ...fields,
  }
}

/** The testkit's provider with HTTP basic: `user` and `password`. */
export function basic(origin: string, fields: Json = {}): Json {
  return { baseUrl: `${origin}/basic`, auth: { type: 'basic' }, ...fields }
}

/** The testkit's provider with OAuth 2.0: by a person, unless the grant is `client_credentials`. */
export function oauth(origin: string, auth: Json = {}, fields: Json = {}): Json {
  const urls = { authorizationUrl: `${origin}/authorize`, tokenUrl: `${origin}/token` }
  const client = { clientId: 'client', clientSecret: 'client-secret' }
  return { baseUrl: `${origin}/api`, auth: { type: 'oauth2', ...urls, ...client, ...auth }, ...fields }
}

/** The same where no person is needed. */
export function credentials(origin: string, auth: Json = {}, fields: Json = {}): Json {
  return oauth(origin, { grant: 'client_credentials', ...auth }, fields)
}
