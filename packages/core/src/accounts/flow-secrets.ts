import type { FlowRecord } from '../ports.ts'
import { sealedColumns } from '../sealed-columns.ts'
import type { Vault } from '../vault/vault.ts'

/** How long an authorization may take, and how long its result may wait (A1). */
export const flowMilliseconds = 600_000

const { purpose, place } = sealedColumns.flow

/** Seals what a flow remembers. */
export function sealFlow(vault: Vault, flow: FlowRecord, text: string): Promise<Buffer> {
  return vault.seal(purpose, place(flow), text)
}

/** @throws VaultError when it is not what was sealed for this flow */
export function openFlow(vault: Vault, flow: FlowRecord): Promise<string> {
  return vault.open(purpose, place(flow), flow.sealed ?? Buffer.alloc(0))
}
