/** An authorization on another device, which is asked for until it has ended; one of an account at most. */
export interface DevicePollRecord {
  readonly organizationId: string
  readonly environment: string
  readonly id: string
  readonly accountId: string
  /** What the authorization remembers. */
  readonly sealed: Buffer
  readonly intervalSeconds: number
  /** When the provider is to be asked next. */
  readonly dueAt: number
  readonly createdAt: number
  readonly expiresAt: number
}

/** An authorization under way: from `authorize` to the callback, and to `confirm`. */
export interface FlowRecord {
  readonly organizationId: string
  readonly environment: string
  readonly id: string
  readonly accountId: string
  readonly integrationId: string
  /** Last segment of the callback's path: id of the client registration. */
  readonly callbackId: string
  readonly startHash: string
  readonly stateHash: string | undefined
  readonly browserHash: string | undefined
  readonly resultHash: string | undefined
  /** Code verifier before the callback; tokens that wait for `confirm` after it. */
  readonly sealed: Buffer | undefined
  readonly confirm: boolean
  readonly returnUrl: string | undefined
  readonly redirectUri: string
  /** `started` once a browser is bound, `consumed` from the callback on. */
  readonly state: 'created' | 'started' | 'consumed' | 'connected' | 'parked' | 'confirmed' | 'failed'
  /** Code of the error table, when failed. */
  readonly failure: string | undefined
  /** The provider's words, cleaned. */
  readonly failureDetail: string | undefined
  readonly createdAt: number
  readonly expiresAt: number
}
