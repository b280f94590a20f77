import { expect } from 'vitest'
import type { TestReply, TestSallyport } from '../sallyport.suite.ts'
import { type Json, keyed, newKey, rest } from './rest.suite.ts'

/** An app with one adapter `crm`, one definition, and an account of it in each environment. */
export interface Shop {
  readonly app: string
  readonly integration: string
  /** Id by environment. */
  readonly accounts: Readonly<Record<'development' | 'qa' | 'production', string>>
}

export const environmentOf = { dev: 'development', qa: 'qa', prod: 'production' } as const
type Profile = keyof typeof environmentOf

/** What tests of apps do all the time. */
export function shops(sallyport: TestSallyport, origin: string) {
  const api = rest(sallyport)

  /** The accounts tell themselves apart by the header `X-Tenant`, which is their environment. */
  async function shop(definition: Json = {}): Promise<Shop> {
    const integration = await api.integration(
      keyed(origin, {
        parameters: [{ name: 'tenant', required: true }],
        ...definition,
        request: { headers: { 'X-Tenant': '{tenant}', ...headersOf(definition) } },
      }),
    )
    const account = async (environment: string) =>
      (
        await api.account(integration, {
          environment,
          parameters: { tenant: environment },
          secret: { token: 'key' },
        })
      ).id
    const accounts = {
      development: await account('development'),
      qa: await account('qa'),
      production: await account('production'),
    }
    const app = newKey()
    const made = await api.post('/v1/apps', {
      key: app,
      name: 'Shop',
      adapters: [{ name: 'crm', integration }],
    })
    expect(made.status, made.text).toBe(201)
    return { app, integration, accounts }
  }

  const place = (app: string, profile: string) => `/v1/apps/${app}/profiles/${profile}`

  /** Binds `crm` of a profile to the account of its environment. */
  async function bind({ app, accounts }: Shop, profile: Profile, settings: Json = {}): Promise<TestReply> {
    const environment = environmentOf[profile]
    const reply = await sallyport.request('PUT', place(app, profile), {
      environment,
      bindings: { crm: accounts[environment] },
      settings,
    })
    expect(reply.status, reply.text).toBe(200)
    return reply
  }

  /** A key of a profile, as its text. */
  async function keyOf(app: string, profile: string, fields: Json = {}): Promise<string> {
    const input = { name: profile, scopes: ['proxy:call'], app, profile, ...fields }
    const reply = await api.post('/v1/keys', input)
    expect(reply.status, reply.text).toBe(201)
    return reply.body.key
  }

  return { ...api, shop, bind, keyOf, place }
}

function headersOf({ request }: Json): Json {
  return ((request as { headers?: Json } | undefined)?.headers ?? {}) as Json
}
