import type { Definition, DiagnosisReply, Exchange, Finding, TraceKind } from '@sallyport/contract'
import { SallyportError, traceOf } from '../error.ts'
import { newId } from '../id.ts'
import type { AccountRecord, Clock, Log, Random, Store } from '../ports.ts'
import type {
  Connection,
  Credential,
  CredentialReplyOutput,
  CredentialRequestInput,
  SchemePorts,
} from '../schemes/scheme.ts'
import { secretsIn, secretsOf } from '../schemes/secrets-of.ts'
import type { Trial } from '../trial.ts'
import { diagnose } from './diagnosis.ts'
import { redaction } from './redact.ts'
import { tokensIn } from './tokens-in.ts'

export interface RecorderPorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Whose exchanges are recorded. */
export interface Recorded {
  readonly account: Pick<AccountRecord, 'organizationId' | 'id' | 'generation'>
  readonly definition: Definition
  readonly connection: Pick<Connection, 'definitionSecrets'>
  readonly credential: Credential
}

/** What else there is to know of a recording. */
export interface RecordingOptions {
  /** Further secrets that the exchanges may hold: a code, a verifier. */
  readonly secrets?: readonly string[]
  /** What the provider sends the browser back to. */
  readonly redirectUri?: string
  /** False for trials of which nothing is stored; or which results are worth it. Failures are, then. */
  readonly keep?: boolean | ((result: unknown) => boolean)
}

/** A request as it was sent, and what came of it: with its secrets, so never outside of this room. */
export interface RawExchange {
  readonly at: number
  milliseconds: number
  readonly request: CredentialRequestInput
  reply?: CredentialReplyOutput
  failure?: SallyportError
}

/** Keeps what passes between us and a provider, secrets replaced, with what it means. */
export class Recorder {
  readonly #ports: RecorderPorts

  constructor(ports: RecorderPorts) {
    this.#ports = ports
  }

  /** Does the work with ports whose requests are recorded; its result or failure passes through. */
  async record<Result>(
    kind: TraceKind,
    whose: Recorded,
    ports: SchemePorts,
    work: (ports: SchemePorts) => Promise<Result>,
    options: RecordingOptions = {},
  ): Promise<Result> {
    const began = this.#ports.clock.now()
    const exchanges: RawExchange[] = []
    const watched = { ...ports, send: this.#watched(ports, exchanges) }
    const end = async (result: unknown, error: unknown) => {
      const { keep = true } = options
      if (typeof keep === 'function' ? error === undefined && !keep(result) : !keep) return
      const recording = { kind, whose, exchanges, began, result, error, options }
      await this.#keep(recording).catch((cause: unknown) => this.#notKept(whose, cause))
    }
    try {
      const result = await work(watched)
      await end(result, undefined)
      return result
    } catch (error) {
      await end(undefined, error)
      throw error
    }
  }

  /** Keeps how a test request went; what it was is in the definition. */
  async noteTrial(whose: Recorded, trial: Trial): Promise<void> {
    const { test } = whose.definition
    const error =
      trial.ok || trial.reason === undefined
        ? undefined
        : { code: trial.reason, message: trial.reasonDetail ?? trial.reason }
    const request = {
      method: test?.method ?? 'GET',
      url: `${whose.definition.baseUrl ?? ''} ${test?.path ?? ''}`,
      headers: {},
    }
    const at = this.#ports.clock.now()
    const response = trial.response && { status: trial.response.status, headers: {}, bytes: 0 }
    const exchange = {
      at: new Date(at).toISOString(),
      milliseconds: 0,
      request,
      ...(response && { response }),
    }
    const data = {
      generation: whose.account.generation,
      milliseconds: 0,
      ...(error && { error }),
      declared: whose.definition.auth,
      exchanges: test ? [exchange] : [],
      diagnosis: [],
    }
    await this.#add('test', whose, at, trial.ok, data).catch((cause: unknown) => this.#notKept(whose, cause))
  }

  #add(kind: TraceKind, whose: Recorded, at: number, ok: boolean, data: object): Promise<void> {
    const { organizationId, id: accountId } = whose.account
    const id = newId('trc', this.#ports)
    return this.#ports.store.traces.add({
      organizationId,
      id,
      accountId,
      at,
      kind,
      ok,
      data: JSON.stringify(data),
    })
  }

  #notKept(whose: Recorded, cause: unknown): void {
    this.#ports.log.error({ account: whose.account.id, cause: traceOf(cause) }, 'trace not kept')
  }

  #watched(ports: SchemePorts, exchanges: RawExchange[]): SchemePorts['send'] {
    const { clock } = this.#ports
    return async (request) => {
      const exchange: RawExchange = { at: clock.now(), milliseconds: 0, request }
      exchanges.push(exchange)
      try {
        exchange.reply = await ports.send(request)
        return exchange.reply
      } catch (error) {
        if (error instanceof SallyportError) exchange.failure = error
        throw error
      } finally {
        exchange.milliseconds = clock.now() - exchange.at
      }
    }
  }

  async #keep(recording: Recording): Promise<void> {
    const { kind, whose, exchanges, began, result, error, options } = recording
    const failure = error instanceof SallyportError ? error : undefined
    const auth = whose.definition.auth as unknown as Readonly<Record<string, unknown>>
    const learned = exchanges.flatMap(({ reply }) => (reply ? tokensIn(auth, reply) : []))
    const redact = redaction([
      ...secretsOf(whose),
      ...secretsIn(result),
      ...learned,
      ...(options.secrets ?? []),
    ])
    const now = this.#ports.clock.now()
    const diagnosis =
      findingsIn(result) ??
      diagnose({
        kind,
        auth,
        exchanges,
        failure,
        now,
        redirectUri: options.redirectUri,
        result,
        clean: redact.text,
      })
    await this.#add(kind, whose, began, error === undefined, {
      generation: whose.account.generation,
      milliseconds: now - began,
      ...(failure && { error: { code: failure.code, message: redact.text(failure.message) } }),
      declared: auth,
      exchanges: exchanges.map((exchange) => shown(exchange, redact)),
      diagnosis: diagnosis.map(({ code, saw, change }) => ({ code, saw: redact.text(saw), change })),
    })
  }
}

interface Recording {
  readonly kind: TraceKind
  readonly whose: Recorded
  readonly exchanges: readonly RawExchange[]
  readonly began: number
  readonly result: unknown
  readonly error: unknown
  readonly options: RecordingOptions
}

function shown(
  { at, milliseconds, request, reply, failure }: RawExchange,
  redact: ReturnType<typeof redaction>,
): Exchange {
  const contentType = Object.entries(request.headers).find(
    ([name]) => name.toLowerCase() === 'content-type',
  )?.[1]
  return {
    at: new Date(at).toISOString(),
    milliseconds,
    request: {
      method: request.method,
      url: redact.url(`${request.url.origin}${request.url.path}${request.url.query}`),
      headers: redact.headers(request.headers),
      ...(request.body !== undefined && { body: redact.body(contentType, request.body) }),
    },
    ...(reply && {
      response: {
        status: reply.status,
        headers: redact.headers(reply.headers),
        bytes: reply.body.length,
        ...(reply.body.length > 0 && {
          body: redact.body(reply.headers['content-type'], reply.body.toString('utf8')),
        }),
      },
    }),
    ...(failure && { failure: { code: failure.code, message: redact.text(failure.message) } }),
  }
}

/** What an exchange was for when it was to find something out. */
function findingsIn(result: unknown): readonly Finding[] | undefined {
  return typeof result === 'object' && result !== null && 'diagnosis' in result
    ? (result as DiagnosisReply).diagnosis
    : undefined
}
