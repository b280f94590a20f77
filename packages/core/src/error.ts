import { type ErrorCode, errors, type Fault, type JsonValue, type StepTrace } from '@sallyport/contract'

/** A place in an app where something is used. */
export interface AppUse {
  readonly key: string
  readonly adapter?: string
  readonly profile?: string
}

/** What may accompany a failure. */
export interface ErrorContext {
  /** For the caller, in place of the table's message: what happened in this case. Never a secret. */
  readonly message?: string
  /** For the log only. Never a secret. */
  readonly detail?: string
  readonly faults?: readonly Fault[]
  readonly retryAfterSeconds?: number
  /** Accounts that stand in the way, named. */
  readonly accounts?: readonly { readonly id: string; readonly name: string }[]
  /** Integrations that stand in the way, named. */
  readonly integrations?: readonly { readonly key: string; readonly name: string }[]
  /** Where in apps something is used, named. */
  readonly apps?: readonly AppUse[]
  /** Keys that stand in the way, named. */
  readonly keys?: readonly { readonly id: string; readonly name: string }[]
  /** The step of an operation that failed. */
  readonly step?: string
  /** What an API answered to it; without secrets. */
  readonly upstream?: UpstreamAnswer
  /** What the steps before it did. */
  readonly trace?: readonly StepTrace[]
  readonly cause?: unknown
}

/** What is told of an API's refusal. */
export interface UpstreamAnswer {
  readonly status: number
  /** JSON. */
  readonly body?: JsonValue
}

/** The only error that reaches a caller; status and wording come from the contract's table. */
export class SallyportError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly detail: string | undefined
  readonly faults: readonly Fault[]
  readonly retryAfterSeconds: number | undefined
  readonly accounts: readonly { readonly id: string; readonly name: string }[] | undefined
  readonly integrations: readonly { readonly key: string; readonly name: string }[] | undefined
  readonly apps: readonly AppUse[] | undefined
  readonly keys: readonly { readonly id: string; readonly name: string }[] | undefined
  readonly step: string | undefined
  readonly upstream: UpstreamAnswer | undefined
  readonly trace: readonly StepTrace[] | undefined

  constructor(code: ErrorCode, context: ErrorContext = {}) {
    // Of what its caller has to mend nobody reads where it was made, and to note that costs more than the refusal.
    const frames = Error.stackTraceLimit
    if (errors[code].status < 500) Error.stackTraceLimit = 0
    super(context.message ?? errors[code].message, { cause: context.cause })
    Error.stackTraceLimit = frames
    this.name = 'SallyportError'
    this.code = code
    this.status = errors[code].status
    this.detail = context.detail
    this.faults = context.faults ?? []
    this.retryAfterSeconds = context.retryAfterSeconds
    this.accounts = context.accounts
    this.integrations = context.integrations
    this.apps = context.apps
    this.keys = context.keys
    this.step = context.step
    this.upstream = context.upstream
    this.trace = context.trace
  }
}

/** The same failure with more said of it: of which step it is, what had been done before. */
export function withContext(
  error: SallyportError,
  more: Pick<ErrorContext, 'step' | 'trace'>,
): SallyportError {
  const { code, message, detail, faults, retryAfterSeconds } = error
  const { accounts, integrations, apps, keys, step, upstream, trace } = error
  return new SallyportError(code, {
    ...{ message, faults, cause: error },
    ...(detail !== undefined && { detail }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(accounts && { accounts }),
    ...(integrations && { integrations }),
    ...(apps && { apps }),
    ...(keys && { keys }),
    ...(step !== undefined && { step }),
    ...(upstream && { upstream }),
    ...(trace && { trace }),
    ...more,
  })
}

/** An input's faults, all at once. */
export function invalid(
  code: 'definition_invalid' | 'input_invalid',
  faults: readonly Fault[],
): SallyportError {
  return new SallyportError(code, { faults })
}

/** Another of the same kind bears the key. */
export function keyTaken(): SallyportError {
  const faults = [{ path: '/key', code: 'key_taken', message: 'Choose another key.' }]
  return new SallyportError('key_taken', { faults })
}

/**
 * What the log may say of an error that is not ours: name, code and where, never the message. Platform errors
 * quote the values that they choke on (D2).
 */
export function traceOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  const frames = error.stack?.split('\n').filter((line) => line.trimStart().startsWith('at ')) ?? []
  return [`${error.name}${code}`, ...frames.slice(0, 8)].join('\n')
}
