import type { ApiKeyReply, NewApiKeyReply } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import type { Principal } from '../principal.ts'
import { newApiKey } from './api-key.ts'
import { isWithin } from './key-limits.ts'
import { keyView } from './key-view.ts'
import { type KeyPorts, keyById } from './keys.ts'

/**
 * Gives a key a new secret, shown this once. The one before works on for so long; what was before that has ended.
 *
 * @throws SallyportError not_found, scope_missing, changed_meanwhile
 */
export async function rotateKey(
  ports: KeyPorts,
  principal: Principal,
  { id, graceSeconds }: { readonly id: string; readonly graceSeconds: number },
): Promise<NewApiKeyReply> {
  const key = await keyById(ports, principal, id)
  if (!isWithin(principal, key)) {
    throw new SallyportError('scope_missing', {
      message:
        'This key may do more than the one that asks, which is not shown its secret. Use a key that may as much.',
    })
  }
  const { text, digest } = newApiKey(ports.random, key.environment ?? 'org', key.lookup)
  const until = ports.clock.now() + graceSeconds * 1000
  const next = { ...key, digest, previous: graceSeconds > 0 ? { digest: key.digest, until } : undefined }
  const deed = { action: 'key.rotated', target: { kind: 'key', id, name: key.name } }
  const isDone = await recorded(ports.store, principal, deed, (store) =>
    store.apiKeys.replaceSecret(next, key.digest),
  )
  if (!isDone) throw new SallyportError('changed_meanwhile')
  ports.changed()
  return { ...(await keyView(ports, next)), key: text }
}

/** Ends the secret before the current one at once. @throws SallyportError not_found, changed_meanwhile */
export async function endPreviousSecret(
  ports: KeyPorts,
  principal: Principal,
  id: string,
): Promise<ApiKeyReply> {
  const key = await keyById(ports, principal, id)
  const next = { ...key, previous: undefined }
  const deed = { action: 'key.previous_secret_ended', target: { kind: 'key', id, name: key.name } }
  const isDone = await recorded(ports.store, principal, deed, (store) =>
    store.apiKeys.replaceSecret(next, key.digest),
  )
  if (!isDone) throw new SallyportError('changed_meanwhile')
  ports.changed()
  return keyView(ports, next)
}
