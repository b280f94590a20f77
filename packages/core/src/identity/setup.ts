import { timingSafeEqual } from 'node:crypto'
import { type NewApiKeyReply, scopes } from '@sallyport/contract'
import { type Asker, recorded } from '../audit/record.ts'
import { invalid, SallyportError } from '../error.ts'
import type { PersonRecord, SessionRecord } from '../ports.ts'
import { digestOf } from './api-key.ts'
import { keyView } from './key-view.ts'
import { type KeyPorts, keyCreated, newKeyRecord } from './keys.ts'
import { newKnownBrowser } from './known-browser.ts'
import type { LoggedIn, LoginOrigin, LoginPorts } from './login.ts'
import { type PasswordOwner, passwordFaults } from './password-rules.ts'
import { newPerson } from './person.ts'
import { newSession } from './sessions.ts'

type SetupPorts = Pick<KeyPorts, 'store' | 'clock' | 'random'>
type SetupAsker = Pick<Asker, 'organizationId' | 'address'>

/** Whether the first key has been given out. */
export async function isSetUp({ store }: Pick<KeyPorts, 'store'>): Promise<boolean> {
  return (await store.setup.get())?.doneAt !== undefined
}

/** A new one-time token; the one before it stops working. */
export async function offerSetup(ports: Pick<KeyPorts, 'store' | 'random'>): Promise<string> {
  const token = ports.random.bytes(32).toString('base64url')
  await ports.store.setup.offer(digestOf(token))
  return token
}

/** Counts set-up as done without giving out a key: the operator has one. */
export async function skipSetup(ports: Pick<KeyPorts, 'store' | 'clock' | 'random'>): Promise<void> {
  // On the first start there is nothing yet to mark as done; the token is told to nobody.
  await offerSetup(ports)
  await ports.store.setup.complete(ports.clock.now(), undefined)
}

/**
 * Gives out the first key, which may do everything, to one of all who hold the token (L4).
 *
 * @throws SallyportError setup_done, setup_token_invalid
 */
export async function completeSetup(
  ports: SetupPorts,
  asker: SetupAsker,
  token: string,
): Promise<NewApiKeyReply> {
  await checkToken(ports, token)
  return complete(ports, asker)
}

/** Who the first owner is to be. */
export interface FirstOwner extends PasswordOwner {
  readonly password: string
}

/**
 * The same, and makes the first owner besides, who is logged in with it: all three, or nothing.
 *
 * @throws SallyportError setup_done, setup_token_invalid, input_invalid
 */
export async function completeSetupWithOwner(
  ports: LoginPorts,
  input: FirstOwner & { readonly token: string },
  origin: LoginOrigin,
): Promise<LoggedIn & { readonly key: string }> {
  await checkToken(ports, input.token)
  const faults = passwordFaults(input.password, input)
  if (faults.length > 0) throw invalid('input_invalid', faults)
  const passwordHash = await ports.passwords.hash(input.password)
  const organizationId = ports.firstOrganizationId
  const owner = newPerson(ports, { organizationId, ...input, role: 'owner', passwordHash })
  const { session, token } = newSession(ports, owner, { method: 'password', ...origin })
  const asker = { organizationId, ...(origin.address !== undefined && { address: origin.address }) }
  const { key } = await complete(ports, asker, { owner, session })
  return { session, person: owner, token, key, knownBrowser: await newKnownBrowser(ports, owner) }
}

/** @throws SallyportError setup_done, setup_token_invalid */
export async function checkToken({ store }: Pick<SetupPorts, 'store'>, token: string): Promise<void> {
  const setup = await store.setup.get()
  if (setup?.doneAt !== undefined) throw new SallyportError('setup_done')
  if (!setup || !timingSafeEqual(digestOf(token), setup.tokenDigest))
    throw new SallyportError('setup_token_invalid')
}

/** @throws SallyportError setup_done */
async function complete(
  ports: SetupPorts,
  { organizationId, address }: SetupAsker,
  first?: { readonly owner: PersonRecord; readonly session: SessionRecord },
): Promise<NewApiKeyReply> {
  const { record, text } = newKeyRecord(ports, organizationId, {
    name: 'First key',
    scopes,
    accounts: undefined,
  })
  // Whoever holds the token got it from where Sallyport was started.
  const operator = { organizationId, keyId: undefined, ...(address !== undefined && { address }) }
  const view = await keyView(ports, record)
  const created = keyCreated(view)
  const owner = first ? [{ field: '/owner', after: first.owner.email }] : []
  const deed = { ...created, action: 'setup.completed', changes: [...(created.changes ?? []), ...owner] }
  const now = ports.clock.now()
  const isOurs = await recorded(ports.store, operator, deed, async (store) => {
    if (!(await store.setup.complete(now, record))) return false
    if (!first) return true
    const isMade = (await store.people.create(first.owner)) && (await store.sessions.create(first.session))
    // Nothing of it is to stay.
    if (!isMade) throw new SallyportError('changed_meanwhile')
    return true
  })
  if (!isOurs) throw new SallyportError('setup_done')
  return { ...view, key: text }
}
