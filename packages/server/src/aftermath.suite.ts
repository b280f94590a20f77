import type { LoopbackProvider } from '@sallyport/testkit'
import type { Account, Client } from './load.suite.ts'
import type { SallyportProcess } from './process.suite.ts'
import { send, type TestReply } from './sallyport.suite.ts'

/** A server that came back, as whoever looks it over sees it. */
interface Aftermath {
  readonly server: SallyportProcess
  readonly provider: LoopbackProvider
}

/**
 * Compares everything that the clients were told with what is there, and settles what they could not know.
 * Returns what does not agree, a sentence each.
 */
export async function disagreements(aftermath: Aftermath, clients: readonly Client[]): Promise<string[]> {
  const { server } = aftermath
  const integrations = await all(server, '/v1/integrations', 'key')
  const accounts = await all(server, '/v1/accounts', 'id')
  const found = clients.flatMap((client) => [
    ...client.integrations.flatMap((integration) => presence(integration.key, integration, integrations)),
    ...client.accounts.flatMap((account) => presence(account.id, account, accounts)),
    ...client.accounts.flatMap((account) => generation(account, accounts)),
  ])
  const calls = await Promise.all(clients.map((client) => uses(aftermath, client)))
  const after = await all(server, '/v1/accounts', 'id')
  const existing = clients.flatMap((client) => client.accounts.filter(({ exists }) => exists === 'yes'))
  const worse = existing.flatMap((account) => generation(account, after))
  return [...found, ...calls.flat().flatMap((judge) => judge(after)), ...worse]
}

type View = TestReply['body']

/** Everything of a kind, by what names it. */
async function all(server: SallyportProcess, path: string, name: 'id' | 'key'): Promise<Map<string, View>> {
  const reply = await get(server, `${path}?limit=1000`)
  if (reply.body.nextCursor !== undefined) throw new Error(`There is more than a page of ${path}.`)
  return new Map(reply.body.items.map((item: View) => [item[name], item]))
}

function generation(account: Account, views: Map<string, View>): string[] {
  const now = views.get(account.id)?.generation ?? account.generation
  const before = account.generation
  account.generation = now
  return now < before ? [`${account.id} is at generation ${now} and was at ${before}.`] : []
}

/** Calls each account and tries each key; what an account says of itself is judged once all have been called. */
async function uses(
  aftermath: Aftermath,
  client: Client,
): Promise<((after: Map<string, View>) => string[])[]> {
  const judges: ((after: Map<string, View>) => string[])[] = []
  for (const account of client.accounts.filter(({ exists }) => exists === 'yes')) {
    const call = await get(aftermath.server, `/proxy/${account.id}/me?of=${account.id}`)
    judges.push((after) =>
      call.status === 200
        ? otherCredential(aftermath.provider, account)
        : unexplained(account, call, after.get(account.id) ?? {}),
    )
  }
  for (const key of client.keys) {
    const { status } = await get(aftermath.server, '/v1/integrations?limit=1', key.text)
    const known = new Map<string, View>(status === 200 ? [[key.id, {}]] : [])
    const found =
      status === 200 || status === 401 ? presence(key.id, key, known) : [`${key.id} gets ${status}.`]
    judges.push(() => found)
  }
  return judges
}

/** Only what a person has to grant may be out of use: not yet granted, or its token's successor was lost. */
function unexplained(account: Account, call: TestReply, view: View): string[] {
  const code = call.headers.get('sallyport-error')
  const isPerson = account.integration.kind === 'person'
  if (isPerson && code === 'account_pending' && view.status === 'pending' && view.generation === 0) return []
  // Killed between the provider's answer and the commit: nobody holds the new refresh token, and the account says so.
  const says = view.status === 'needs_reconnect' && view.reason === 'in_doubt' && view.reasonDetail
  if (isPerson && code === 'account_needs_reconnect' && says) return []
  return [
    `${account.id} (${account.integration.kind}) answers ${call.status} ${call.text}: ${JSON.stringify(view)}`,
  ]
}

/** An API that takes any credential was sent the one that was stored last. */
function otherCredential(provider: LoopbackProvider, account: Account): string[] {
  const [request] = provider
    .received('GET /open/me')
    .filter(({ query }) => query === `of=${account.id}`)
    .slice(-1)
  if (!request) return []
  const { authorization = '' } = request.headers
  const fits = account.credentials.includes(authorization)
  account.credentials = [authorization]
  return fits ? [] : [`${account.id} sends a credential that was replaced or never given.`]
}

function presence(
  name: string,
  thing: { exists: 'yes' | 'no' | 'perhaps'; names?: string[] },
  views: Map<string, View>,
): string[] {
  const before = thing.exists
  const view = views.get(name)
  thing.exists = view === undefined ? 'no' : 'yes'
  if (before === 'yes' && thing.exists === 'no') return [`${name} was acknowledged and is lost.`]
  if (before === 'no' && thing.exists === 'yes') return [`${name} was deleted and is there.`]
  if (view === undefined || thing.names === undefined) return []
  const fits = thing.names.includes(view.name)
  const expected = thing.names.join(' or ')
  thing.names = [view.name]
  return fits ? [] : [`${name} is called ${view.name}, not ${expected}.`]
}

function get(server: SallyportProcess, path: string, key = server.adminKey): Promise<TestReply> {
  return send(`${server.origin}${path}`, 'GET', undefined, { key, headers: {} })
}
