/** How a trial of an account went: what came back, or why nothing did. */
export interface Trial {
  readonly ok: boolean
  /** `rejected` where the credential was not accepted, else why there is no good answer. */
  readonly reason?: string
  readonly reasonDetail?: string
  readonly needsReconnect?: boolean
  readonly response?: { readonly status: number }
  /** Fingerprint of the host key that an SSH server showed. */
  readonly hostKey?: string
}
