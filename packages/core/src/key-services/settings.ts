import type { Secret } from '../secret.ts'

interface Common {
  /** Of the outer key, as of one in a key ring. */
  readonly id: string
  /** Whether each organization gets a key of its own, which is destroyed with it. */
  readonly organizationKeys: boolean
}

/** The transit secrets engine of HashiCorp Vault and OpenBao. */
export interface TransitSettings extends Common {
  readonly type: 'transit'
  /** Without a slash at its end. */
  readonly address: string
  readonly mount: string
  readonly key: string
  readonly namespace: string | undefined
  readonly login:
    | { readonly token: Secret }
    | { readonly mount: string; readonly roleId: string; readonly secretId: Secret }
}

/** AWS Key Management Service, or what speaks its language. */
export interface KmsSettings extends Common {
  readonly type: 'aws_kms'
  readonly region: string
  /** Without a slash at its end. */
  readonly endpoint: string
  /** Id, ARN or alias. */
  readonly key: string
  readonly accessKeyId: string
  readonly secretAccessKey: Secret
  readonly sessionToken: Secret | undefined
  /** Days for which a destroyed key could still be brought back. */
  readonly pendingDeletionDays: number
}

export type KeyServiceSettings = TransitSettings | KmsSettings
