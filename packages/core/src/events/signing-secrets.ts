import { createHmac } from 'node:crypto'
import type { Random, WebhookRecord } from '../ports.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'

/** What a webhook's deliveries are signed with; for a day after a rotation with both. */
export interface SigningSecrets {
  readonly current: Secret
  readonly previous: { readonly secret: Secret; readonly until: number } | undefined
}

const { purpose, place } = sealedColumns.webhookSecrets

type Row = Pick<WebhookRecord, 'organizationId' | 'id'>

interface Stored {
  readonly current: string
  readonly previous?: { readonly secret: string; readonly until: number } | undefined
}

const prefix = 'whsec_'
const overlapMilliseconds = 86_400_000

/** 256 bits, written as Standard Webhooks has it. */
export function newSigningSecret(random: Random): Secret {
  return new Secret(`${prefix}${random.bytes(32).toString('base64')}`)
}

/** The secrets after a rotation at this moment. */
export function rotated(secrets: SigningSecrets, next: Secret, now: number): SigningSecrets {
  return { current: next, previous: { secret: secrets.current, until: now + overlapMilliseconds } }
}

/** Seals them for a webhook's row. */
export function sealSigningSecrets(vault: Vault, row: Row, secrets: SigningSecrets): Promise<Buffer> {
  const { current, previous } = secrets
  const stored: Stored = {
    current: current.reveal(),
    previous: previous && { secret: previous.secret.reveal(), until: previous.until },
  }
  return vault.seal(purpose, place(row), JSON.stringify(stored))
}

/** Opens what `sealSigningSecrets` sealed. */
export async function openSigningSecrets(
  vault: Vault,
  row: Row & Pick<WebhookRecord, 'secrets'>,
): Promise<SigningSecrets> {
  const { current, previous } = JSON.parse(await vault.open(purpose, place(row), row.secrets)) as Stored
  return {
    current: new Secret(current),
    previous: previous && { secret: new Secret(previous.secret), until: previous.until },
  }
}

/** What is signed: all three, so that none can be exchanged. */
export interface Message {
  readonly id: string
  readonly timestampSeconds: number
  readonly body: string
}

/** The headers of a signed message (Standard Webhooks 1.0: `v1`, HMAC-SHA256 over id, timestamp and body). */
export function signedHeaders(
  { current, previous }: SigningSecrets,
  message: Message,
  now: number,
): Record<string, string> {
  const valid = previous && previous.until > now ? [current, previous.secret] : [current]
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': valid.map((secret) => signature(secret, message)).join(' '),
  }
}

function signature(secret: Secret, { id, timestampSeconds, body }: Message): string {
  const key = Buffer.from(secret.reveal().slice(prefix.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`
}
