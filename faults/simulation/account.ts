import { AccountInput, type Scope } from '@sallyport/contract'
import type { Broker, Principal, Store } from '@sallyport/core'
import type { Rotation } from '@sallyport/emulator'
import { addresses, graceSeconds } from './provider.ts'

/** What a definition says of how its provider treats refresh tokens. */
const rotations = {
  strict: undefined,
  grace: { graceSeconds },
  static: { rotates: false },
} as const satisfies Record<Rotation, unknown>

/** Whoever asks for tokens: somebody of the first organization, who may do everything. */
export async function everybody(store: Store): Promise<Principal> {
  const organization = await store.organizations.first()
  if (!organization) throw new Error('The first start makes one.')
  const scopes: ReadonlySet<Scope> = new Set()
  return { organizationId: organization.id, keyId: undefined, scopes, accounts: undefined }
}

/** Defines an integration for each kind of provider. */
export async function define(broker: Broker, owner: Principal): Promise<void> {
  for (const [kind, rotation] of Object.entries(rotations)) {
    await broker.integrations.create(owner, {
      ...{ key: kind, name: kind, baseUrl: addresses.baseUrl },
      auth: {
        ...{ type: 'oauth2', clientId: 'client', clientSecret: 'client-secret' },
        ...{ authorizationUrl: addresses.authorizationUrl, tokenUrl: addresses.tokenUrl },
        ...(rotation && { renewal: { rotation } }),
      },
    })
  }
}

/** Connects an account by tokens that its provider has granted, good for an hour. */
export async function connect(
  broker: Broker,
  owner: Principal,
  given: {
    readonly kind: Rotation
    readonly tokens: { readonly accessToken: string; readonly refreshToken: string }
    readonly now: number
  },
): Promise<string> {
  const expiresAt = new Date(given.now + 3_600_000).toISOString()
  const input = { integration: given.kind, name: given.kind, secret: { ...given.tokens, expiresAt } }
  return (await broker.accounts.create(owner, AccountInput.parse(input))).id
}
