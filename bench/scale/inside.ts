// What the product keeps to itself, by its compiled files and with its types: to fill a database goes past its
// front door, and what it writes there must be what the product would write.

const compiled = (path: string) => new URL(`../../../packages/${path}`, import.meta.url).href

export const { sealCredential }: typeof import('../../packages/core/src/credentials/seal.ts') = await import(
  compiled('core/dist/credentials/seal.js')
)
export const { createVault }: typeof import('../../packages/core/src/vault/vault.ts') = await import(
  compiled('core/dist/vault/vault.js')
)
export const { newId }: typeof import('../../packages/core/src/id.ts') = await import(
  compiled('core/dist/id.js')
)
export const { accountRow }: typeof import('../../packages/store/src/account-row.ts') = await import(
  compiled('store/dist/account-row.js')
)

export type Vault = ReturnType<typeof createVault>
/** A row of `account`, column by column. */
export type AccountRow = ReturnType<typeof accountRow>
