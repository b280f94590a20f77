import { SallyportError } from '../error.ts'

/** A key service did not do what it was asked for. `detail` names the service and its own word for it, never a key. */
export class KeyServiceFailure extends SallyportError {
  /** It answered, and said no: what was opened earlier is good no longer than usual. */
  readonly isRefusal: boolean

  constructor({
    isRefusal,
    ...context
  }: { readonly isRefusal: boolean; readonly detail: string; readonly cause?: unknown }) {
    super('key_service_unavailable', { retryAfterSeconds: 1, ...context })
    this.name = 'KeyServiceFailure'
    this.isRefusal = isRefusal
  }
}

/** Whether a key service could not be reached at all: it may do later what it was asked for. */
export function isOutOfReach(error: unknown): error is KeyServiceFailure {
  return error instanceof KeyServiceFailure && !error.isRefusal
}
