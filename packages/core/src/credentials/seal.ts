import type { AccountRecord } from '../ports.ts'
import type { Credential, Tokens } from '../schemes/scheme.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'

const { purpose, place } = sealedColumns.accountCredential

type Owner = Pick<AccountRecord, 'organizationId' | 'environment' | 'id' | 'generation'>

interface StoredCredential {
  readonly secret: Record<string, string>
  readonly parameters: Record<string, string>
  readonly tokens?: {
    readonly accessToken: string
    readonly refreshToken?: string
    readonly tokenType: string
    readonly issuedAt: number
    readonly expiresAt?: number
    readonly scopes: readonly string[]
    readonly refreshExpiresAt?: number
    readonly named?: Record<string, string>
    readonly kept?: Readonly<Record<string, string>>
    readonly dpopKey?: string
    readonly clientId?: string
    readonly identity?: { readonly issuer: string; readonly subject: string }
  }
}

/** Seals an account's credential for its row and generation, and nowhere else. */
export function sealCredential(vault: Vault, owner: Owner, credential: Credential): Promise<Buffer> {
  return vault.seal(purpose, place(owner), serializeCredential(credential))
}

/** Opens what `sealCredential` sealed for this row and generation. */
export async function openCredential(
  vault: Vault,
  owner: Owner,
  sealed: Buffer | undefined,
): Promise<Credential> {
  if (!sealed) return { secret: {}, parameters: {}, tokens: undefined }
  return parseCredential(await vault.open(purpose, place(owner), sealed))
}

/** Whether both hold the same for this row and generation: when keys turn, what stands there is sealed anew. */
export async function isSameCredential(
  vault: Vault,
  owner: Owner,
  [one, other]: readonly [Buffer | undefined, Buffer | undefined],
): Promise<boolean> {
  if (!one || !other) return false
  if (one.equals(other)) return true
  const opened = await Promise.all([one, other].map((sealed) => vault.open(purpose, place(owner), sealed)))
  return opened[0] === opened[1]
}

/** The same for this row and generation, with the key that is active now. @throws VaultError */
export function resealCredential(vault: Vault, owner: Owner, sealed: Buffer): Promise<Buffer> {
  return vault.reseal(purpose, place(owner), sealed)
}

/** A credential as JSON: only ever on its way into the vault. */
export function serializeCredential(credential: Credential): string {
  const { tokens } = credential
  const stored: StoredCredential = {
    secret: revealed(credential.secret),
    parameters: revealed(credential.parameters),
    ...(tokens && {
      tokens: {
        accessToken: tokens.accessToken.reveal(),
        ...(tokens.refreshToken && { refreshToken: tokens.refreshToken.reveal() }),
        tokenType: tokens.tokenType,
        issuedAt: tokens.issuedAt,
        ...(tokens.expiresAt !== undefined && { expiresAt: tokens.expiresAt }),
        scopes: tokens.scopes,
        ...(tokens.refreshExpiresAt !== undefined && { refreshExpiresAt: tokens.refreshExpiresAt }),
        ...(tokens.named && { named: revealed(tokens.named) }),
        ...(tokens.kept && { kept: tokens.kept }),
        ...(tokens.dpopKey && { dpopKey: tokens.dpopKey.reveal() }),
        ...(tokens.clientId !== undefined && { clientId: tokens.clientId }),
        ...(tokens.identity && { identity: tokens.identity }),
      },
    }),
  }
  return JSON.stringify(stored)
}

/** The reverse, for what the vault has opened. */
export function parseCredential(text: string): Credential {
  const stored = JSON.parse(text) as StoredCredential
  return {
    secret: concealed(stored.secret),
    parameters: concealed(stored.parameters),
    tokens: stored.tokens && parseTokens(stored.tokens),
  }
}

function parseTokens(stored: NonNullable<StoredCredential['tokens']>): Tokens {
  return {
    accessToken: new Secret(stored.accessToken),
    refreshToken: stored.refreshToken === undefined ? undefined : new Secret(stored.refreshToken),
    tokenType: stored.tokenType,
    issuedAt: stored.issuedAt,
    expiresAt: stored.expiresAt,
    scopes: stored.scopes,
    ...(stored.refreshExpiresAt !== undefined && { refreshExpiresAt: stored.refreshExpiresAt }),
    ...(stored.named && { named: concealed(stored.named) }),
    ...(stored.kept && { kept: stored.kept }),
    ...(stored.dpopKey !== undefined && { dpopKey: new Secret(stored.dpopKey) }),
    ...(stored.clientId !== undefined && { clientId: stored.clientId }),
    ...(stored.identity && { identity: stored.identity }),
  }
}

function revealed(secrets: Readonly<Record<string, Secret>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]))
}

function concealed(texts: Record<string, string>): Record<string, Secret> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new Secret(text)]))
}
