import { signedHeaders } from '../signature-v4.ts'
import { VaultError } from '../vault/vault-error.ts'
import { type Answer, ask, isOutOfOrder, objectAt, outOfOrder, refused, textAt } from './ask.ts'
import type { KeyHolder, KeyService, KeyServicePorts } from './key-service.ts'
import type { KmsSettings } from './settings.ts'

/** Words for what may be over in a moment, whatever their status. */
const passing: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'KeyUnavailableException',
  'DependencyTimeoutException',
  'KMSInternalException',
])
/** Wrapped by another key, for something else, or changed since. */
const notOpened: ReadonlySet<string> = new Set(['InvalidCiphertextException', 'IncorrectKeyException'])

/** AWS Key Management Service (docs.aws.amazon.com/kms/latest/APIReference). */
export function awsKms(ports: KeyServicePorts, settings: KmsSettings): KeyService {
  const { id, key } = settings
  const call = (action: string, input: object) => send(ports, settings, action, input)
  const keyOf = (holder: KeyHolder) => (holder === undefined ? key : aliasOf(holder))
  return {
    async encrypt(holder, plaintext, context) {
      const input = {
        KeyId: keyOf(holder),
        Plaintext: plaintext.toString('base64'),
        EncryptionContext: context,
      }
      return bytesAt(id, await call('Encrypt', input), 'CiphertextBlob')
    },
    async decrypt(holder, ciphertext, context) {
      const input = {
        KeyId: keyOf(holder),
        CiphertextBlob: ciphertext.toString('base64'),
        EncryptionContext: context,
      }
      const answer = await call('Decrypt', input)
      if (notOpened.has(wordOf(answer))) {
        throw new VaultError('wrong_key', `The key "${id}" does not open this.`)
      }
      return bytesAt(id, answer, 'Plaintext')
    },
    async create(organizationId) {
      const found = await call('DescribeKey', { KeyId: aliasOf(organizationId) })
      if (found.status === 200) return
      if (wordOf(found) !== 'NotFoundException') throw failureOf(id, found)
      const made = await call('CreateKey', {
        Description: `Sallyport: data keys of ${organizationId}`,
        Tags: [{ TagKey: 'sallyport-organization', TagValue: organizationId }],
      })
      const keyId = keyIdIn(id, made)
      const named = await call('CreateAlias', { AliasName: aliasOf(organizationId), TargetKeyId: keyId })
      if (named.status === 200) return
      // Another node was faster, or it may not be named: a key without its name would be paid for and never used.
      await call('ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: settings.pendingDeletionDays })
      if (wordOf(named) !== 'AlreadyExistsException') throw failureOf(id, named)
    },
    async destroy(organizationId) {
      const alias = aliasOf(organizationId)
      const found = await call('DescribeKey', { KeyId: alias })
      if (wordOf(found) === 'NotFoundException') return
      const keyId = keyIdIn(id, found)
      if (textAt(objectAt(found.fields, 'KeyMetadata'), 'KeyState') !== 'PendingDeletion') {
        const window = { PendingWindowInDays: settings.pendingDeletionDays }
        const scheduled = await call('ScheduleKeyDeletion', { KeyId: keyId, ...window })
        if (scheduled.status !== 200) throw failureOf(id, scheduled)
      }
      const unnamed = await call('DeleteAlias', { AliasName: alias })
      if (unnamed.status !== 200 && wordOf(unnamed) !== 'NotFoundException') throw failureOf(id, unnamed)
    },
  }
}

function aliasOf(organizationId: string): string {
  return `alias/sallyport/${organizationId}`
}

async function send(
  ports: KeyServicePorts,
  settings: KmsSettings,
  action: string,
  input: object,
): Promise<Answer> {
  const body = JSON.stringify(input)
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` }
  const signature = signedHeaders({
    method: 'POST',
    host: settings.endpoint.replace(/^\w+:\/\//, ''),
    path: '/',
    headers: Object.entries(headers).flat(),
    body: Buffer.from(body),
    region: settings.region,
    service: 'kms',
    accessKeyId: settings.accessKeyId,
    secretAccessKey: settings.secretAccessKey.reveal(),
    sessionToken: settings.sessionToken?.reveal(),
    now: ports.clock.now(),
  })
  const url = `${settings.endpoint}/`
  return ask(ports, {
    id: settings.id,
    method: 'POST',
    url,
    headers: { ...headers, ...Object.fromEntries(signature) },
    body,
  })
}

/** What the service calls its refusal; empty where it did not refuse. */
function wordOf({ status, fields }: Answer): string {
  if (status === 200) return ''
  const word = /(?:^|#)([A-Za-z]{1,64})$/.exec(textAt(fields, '__type') ?? '')?.[1]
  return word ?? `${status}`
}

function failureOf(id: string, answer: Answer) {
  const word = wordOf(answer)
  return isOutOfOrder(answer) || passing.has(word) ? outOfOrder(id, word) : refused(id, word)
}

function bytesAt(id: string, answer: Answer, name: string): Buffer {
  const text = textAt(answer.fields, name)
  if (answer.status !== 200 || text === undefined) throw failureOf(id, answer)
  return Buffer.from(text, 'base64')
}

function keyIdIn(id: string, answer: Answer): string {
  const keyId = textAt(objectAt(answer.fields, 'KeyMetadata'), 'KeyId')
  if (answer.status !== 200 || keyId === undefined) throw failureOf(id, answer)
  return keyId
}
