import { createHash } from 'node:crypto'
import type { FlowRecord, Random } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'

/** How long an authorization may take, and how long its result may wait (A1). */
export const flowMilliseconds = 600_000

/** 256 random bits for a URL or a cookie. */
export function newToken(random: Random): string {
  return random.bytes(32).toString('base64url')
}

/** Whether a text has the shape of such a token. */
export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/** What is stored of such a token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** Seals what a flow remembers. */
export function sealFlow(vault: Vault, flow: FlowRecord, text: string): Promise<Buffer> {
  return vault.seal('authorization_flow', context(flow), text)
}

/** @throws VaultError when it is not what was sealed for this flow */
export function openFlow(vault: Vault, flow: FlowRecord): Promise<string> {
  return vault.open('authorization_flow', context(flow), flow.sealed ?? Buffer.alloc(0))
}

function context(flow: FlowRecord) {
  return {
    organizationId: flow.organizationId,
    environment: flow.environment,
    table: 'authorization_flow',
    rowId: flow.id,
    column: 'sealed',
    generation: 0,
  }
}
