import type { ClientRegistrations, RegisteredClient } from '../schemes/registered-client.ts'

/** Clients that a preview's requests register, for those after them; gone with it. */
export function keptClients(): ClientRegistrations {
  const clients: RegisteredClient[] = []
  return {
    list: async () => clients,
    replace: async (_owner, _server, client) => {
      clients.unshift(client)
    },
    supersede: async () => undefined,
    alone: (_owner, _server, work) => work(),
  }
}
