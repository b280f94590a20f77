import type { ClientRegistrationRecord, Clock, Store } from '../ports.ts'
import type { ClientOwner, ClientRegistrations, RegisteredClient } from '../schemes/registered-client.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'

interface RegistrationPorts {
  readonly store: Pick<Store, 'clientRegistrations'>
  readonly vault: Vault
  readonly clock: Clock
}

const { purpose, place: placeInDatabase } = sealedColumns.clientRegistration

type Stored = Omit<
  RegisteredClient,
  'clientId' | 'clientSecret' | 'accessToken' | 'registeredAt' | 'isSuperseded'
> & {
  readonly clientSecret?: string
  readonly accessToken?: string
}

/** Clients that registered themselves, sealed in the store, each for its owner and its server. */
export function createClientRegistrations(ports: RegistrationPorts): ClientRegistrations {
  const rows = ports.store.clientRegistrations
  const turns = new Map<string, Promise<unknown>>()
  return {
    async list(owner, server) {
      const records = await rows.list(placeOf(owner, server))
      return Promise.all(records.map((record) => opened(ports.vault, record)))
    },

    async replace(owner, server, client) {
      const place = { ...placeOf(owner, server), clientId: client.clientId }
      const sealed = await ports.vault.seal(purpose, placeInDatabase(place), serialized(client))
      const { registeredAt: createdAt } = client
      await rows.replace({ ...place, sealed, createdAt, supersededAt: undefined })
    },

    supersede: (owner, server, clientId) =>
      rows.supersede(placeOf(owner, server), clientId, ports.clock.now()),

    async alone(owner, server, work) {
      const key = JSON.stringify([owner.organizationId, owner.id, server])
      const before = turns.get(key)
      const turn = (before ?? Promise.resolve()).catch(() => undefined).then(work)
      turns.set(key, turn)
      try {
        return await turn
      } finally {
        if (turns.get(key) === turn) turns.delete(key)
      }
    },
  }
}

function placeOf({ organizationId, id }: ClientOwner, server: string) {
  return { organizationId, ownerId: id, server }
}

function serialized({ clientSecret, accessToken, ...client }: RegisteredClient): string {
  const { clientId, registeredAt, isSuperseded, ...rest } = client
  const stored: Stored = {
    ...rest,
    ...(clientSecret && { clientSecret: clientSecret.reveal() }),
    ...(accessToken && { accessToken: accessToken.reveal() }),
  }
  return JSON.stringify(stored)
}

async function opened(vault: Vault, record: ClientRegistrationRecord): Promise<RegisteredClient> {
  const text = await vault.open(purpose, placeInDatabase(record), record.sealed)
  const { clientSecret, accessToken, ...stored } = JSON.parse(text) as Stored
  return {
    ...stored,
    clientId: record.clientId,
    clientSecret: clientSecret === undefined ? undefined : new Secret(clientSecret),
    accessToken: accessToken === undefined ? undefined : new Secret(accessToken),
    registeredAt: record.createdAt,
    isSuperseded: record.supersededAt !== undefined,
  }
}
