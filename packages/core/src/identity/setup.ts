import { timingSafeEqual } from 'node:crypto'
import { type NewApiKeyReply, scopes } from '@sallyport/contract'
import { type Asker, recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import { digestOf } from './api-key.ts'
import { keyView } from './key-view.ts'
import { type KeyPorts, keyCreated, newKeyRecord } from './keys.ts'

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
  ports: Pick<KeyPorts, 'store' | 'clock' | 'random'>,
  { organizationId, address }: Pick<Asker, 'organizationId' | 'address'>,
  token: string,
): Promise<NewApiKeyReply> {
  const setup = await ports.store.setup.get()
  if (setup?.doneAt !== undefined) throw new SallyportError('setup_done')
  if (!setup || !timingSafeEqual(digestOf(token), setup.tokenDigest))
    throw new SallyportError('setup_token_invalid')
  const { record, text } = newKeyRecord(ports, organizationId, {
    name: 'First key',
    scopes,
    accounts: undefined,
  })
  // Whoever holds the token got it from where Sallyport was started.
  const operator = { organizationId, keyId: undefined, ...(address !== undefined && { address }) }
  const view = await keyView(ports, record)
  const deed = { ...keyCreated(view), action: 'setup.completed' }
  const now = ports.clock.now()
  const isOurs = await recorded(ports.store, operator, deed, (store) => store.setup.complete(now, record))
  if (!isOurs) throw new SallyportError('setup_done')
  return { ...view, key: text }
}
