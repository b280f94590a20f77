import { SallyportError } from '../error.ts'
import type { Clock, PersonRecord, Store } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'

interface Ports {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
}

/** How long somebody may look for their authenticator. */
const longestMilliseconds = 300_000

/** That somebody has given the right password, for the page that asks for the code. It is no session, and becomes none without the code. */
export async function newChallenge({ vault, clock }: Ports, person: PersonRecord): Promise<string> {
  const known = JSON.stringify({ at: clock.now(), version: person.version })
  const sealed = await vault.seal('login_challenge', context(person), known)
  return `${person.organizationId}.${person.id}.${sealed.toString('base64url')}`
}

/**
 * Whose it is, as they are now.
 *
 * @throws SallyportError login_expired where it is too old, or they have changed meanwhile, or it was never ours
 */
export async function openChallenge({ store, vault, clock }: Ports, text: string): Promise<PersonRecord> {
  const [organizationId = '', id = '', sealed = ''] = text.length > 1000 ? [] : text.split('.')
  const person = await store.people.get(organizationId, id)
  const known = person && (await opened(vault, person, sealed))
  const isGood = known && known.version === person.version && clock.now() - known.at < longestMilliseconds
  if (!isGood || person.disabled) throw new SallyportError('login_expired')
  return person
}

async function opened(vault: Vault, person: PersonRecord, sealed: string) {
  try {
    const text = await vault.open('login_challenge', context(person), Buffer.from(sealed, 'base64url'))
    return JSON.parse(text) as { readonly at: number; readonly version: number }
  } catch {
    return undefined
  }
}

function context({ organizationId, id }: PersonRecord) {
  const place = { environment: '', table: 'person', column: 'login_challenge', generation: 0 }
  return { organizationId, rowId: id, ...place }
}
