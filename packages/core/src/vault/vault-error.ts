/** What can be wrong with sealed bytes or with the keys that open them. */
export type VaultErrorCode = 'not_an_envelope' | 'wrong_key' | 'tampered' | 'unknown_key' | 'retired_key'

/** Why something could not be sealed or opened; the message never holds content or keys. */
export class VaultError extends Error {
  readonly code: VaultErrorCode

  constructor(code: VaultErrorCode, message: string) {
    super(message)
    this.name = 'VaultError'
    this.code = code
  }
}
