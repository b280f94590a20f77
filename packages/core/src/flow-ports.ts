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

/** Authorizations under way, each found by what only its browser or its backend holds. */
export interface FlowStore {
  create(flow: FlowRecord): Promise<void>
  byStart(startHash: string): Promise<FlowRecord | undefined>
  byState(stateHash: string): Promise<FlowRecord | undefined>
  get(id: string): Promise<FlowRecord | undefined>
  /** Binds the browser: only a flow that has not expired, and that no browser, or this same one, has started. */
  start(
    id: string,
    binding: { readonly browserHash: string; readonly stateHash: string; readonly sealed: Buffer },
    now: number,
  ): Promise<boolean>
  /** `started` → `consumed`, once. */
  consume(id: string): Promise<boolean>
  /** `consumed` → how it ended. */
  finish(
    id: string,
    end: Pick<FlowRecord, 'state' | 'failure' | 'failureDetail' | 'resultHash' | 'sealed'> & {
      /** Where what is left of it lives on: a result that waits. */
      readonly expiresAt?: number
    },
  ): Promise<void>
  /** Of what is parked: what it is confirmed with. False where that is another already. */
  giveResult(flow: Pick<FlowRecord, 'organizationId' | 'id'>, resultHash: string): Promise<boolean>
  /** `parked` → `confirmed`, once, by account and result; the flow as it was, or undefined. */
  confirm(accountId: string, resultHash: string, now: number): Promise<FlowRecord | undefined>
  deleteExpired(before: number): Promise<void>
}
