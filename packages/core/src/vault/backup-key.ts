import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { newId } from '../id.ts'
import type { Clock, Random } from '../ports.ts'
import type { DataKeyOwner, OuterKeys } from './outer-keys.ts'

/** The key that a backup is signed with, as it stands in it: whoever holds the outer keys has it, and nobody else. */
export interface BackupKey {
  readonly id: string
  readonly wrapped: Buffer
}

/** Signs one backup, so that a restore knows it for what Sallyport wrote. */
export interface BackupSigner {
  readonly key: BackupKey
  sign(digest: Buffer): Buffer
}

/** A signer with a key of its own. */
export async function newBackupSigner(
  keys: OuterKeys,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<BackupSigner> {
  const id = newId('bak', ports)
  const bytes = ports.random.bytes(32)
  try {
    const wrapped = await keys.wrap(owner(id), bytes)
    const key = createSecretKey(bytes)
    return { key: { id, wrapped }, sign: (digest) => signed(key, digest) }
  } finally {
    bytes.fill(0)
  }
}

/** That of a backup that is there. @throws VaultError where the outer keys do not open it */
export async function openBackupSigner(keys: OuterKeys, key: BackupKey): Promise<BackupSigner> {
  const opened = await keys.unwrap(owner(key.id), key.wrapped)
  return { key, sign: (digest) => signed(opened, digest) }
}

function signed(key: KeyObject, digest: Buffer): Buffer {
  return createHmac('sha256', key).update(digest).digest()
}

/** Of no organization: what is wrapped for this owner is no organization's data key. */
function owner(id: string): DataKeyOwner {
  return { organizationId: '', id }
}
