import type { FlowRecord } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'

/** How long an authorization may take, and how long its result may wait (A1). */
export const flowMilliseconds = 600_000

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
