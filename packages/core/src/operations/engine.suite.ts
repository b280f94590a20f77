import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Fault, IntegrationInput, OperationInput } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { type CallPorts, call } from '../call/call.ts'
import { withPrepared } from '../call/call-target.ts'
import { Limits } from '../call/limits/limits.ts'
import { QueueLimiter } from '../call/limits/queue-limiter.ts'
import { preview } from '../call/preview.ts'
import type { CallRecord } from '../call/record.ts'
import { SigningMemory } from '../call/signing-memory.ts'
import { createConnection } from '../credentials/connection.ts'
import type { Target } from '../credentials/target.ts'
import { httpServer, testEgress } from '../egress/servers.suite.ts'
import { SallyportError } from '../error.ts'
import type { Store, Timers } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { schemeOf } from '../schemes/index.ts'
import { Secret } from '../secret.ts'
import { systemTimers } from '../timers.ts'
import type { OperationPorts } from './ports.ts'
import { type RunResult, runOperation } from './run.ts'
import { Sandbox } from './steps/sandbox/sandbox.ts'

/** What the account's credential is: no output, trace or failure may hold it. */
export const accountSecret = 'canary-of-the-account-4711'

/** A request as the API got it. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers JSON, unless it has answered otherwise. */
export type Answer = (request: Received, response: ServerResponse) => unknown

export interface Engine {
  readonly ports: OperationPorts
  readonly received: readonly Received[]
  readonly records: readonly CallRecord[]
  readonly origin: string
  /** Runs an operation of these steps; others that it runs are given by their keys. */
  run(operation: object, body?: object, asked?: Partial<Asking>): Promise<RunResult>
  /** The same, of which the output is wanted. */
  output(operation: object, body?: object): Promise<unknown>
}

interface Asking {
  readonly principal: Partial<Principal>
  readonly wantsLines: boolean
  readonly left: AbortSignal
  readonly stillMay: () => Promise<void>
}

export interface EngineOptions {
  /** Operations that the first one may run. */
  readonly others?: readonly object[]
  readonly replyBytes?: number
  readonly timers?: Timers
}

const sandbox = new Sandbox()

/** The engine over a real API on loopback, which is called by the account `acc_1` with an API key. */
export async function engine(
  answer: Answer,
  { others = [], ...options }: EngineOptions = {},
): Promise<Engine> {
  const received: Received[] = []
  const server = await httpServer(async (_, response) => {
    // It has read the body by then.
    const seen = server.requests.at(-1) as Received
    received.push(seen)
    const body = await answer(seen, response)
    if (response.headersSent || response.destroyed) return
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body ?? null))
  })
  const records: CallRecord[] = []
  const stored = new Map<string, unknown>()
  const ports = portsFor(server.origin, {
    stored,
    records,
    replyBytes: 1_000_000,
    timers: systemTimers,
    ...options,
  })
  for (const other of others) keep(stored, other)
  const run: Engine['run'] = (operation, body = {}, asked = {}) => {
    const key = keep(stored, operation)
    const principal = { organizationId: 'org_1', keyId: 'key_1', scopes: new Set(), accounts: undefined }
    return runOperation(
      ports,
      {
        principal: { ...principal, ...asked.principal } as Principal,
        requestId: 'req_1',
        wantsLines: asked.wantsLines ?? false,
        left: asked.left ?? new AbortController().signal,
        stillMay: asked.stillMay ?? (async () => undefined),
      },
      { key, body: { account: 'acc_1', ...body } },
    )
  }
  const output: Engine['output'] = async (operation, body) => {
    const result = await run(operation, body)
    if ('stream' in result) throw new Error('it streams')
    return result.reply.output
  }
  return { ports, received, records, origin: server.origin, run, output }
}

function keep(stored: Map<string, unknown>, fields: object): string {
  const definition = OperationInput.parse({ key: 'op', name: 'Operation', ...fields })
  stored.set(definition.key.toLowerCase(), { definition: JSON.stringify(definition) })
  return definition.key
}

interface Parts {
  readonly stored: Map<string, unknown>
  readonly records: CallRecord[]
  readonly replyBytes: number
  readonly timers: Timers
}

function portsFor(origin: string, { stored, records, replyBytes, timers }: Parts): OperationPorts {
  const target = withPrepared(targetAt(origin))
  const clock = fakeClock()
  const random = { bytes: (count: number) => Buffer.alloc(count, 7) }
  const limits = new Limits({ limiter: new QueueLimiter({ timers }), monotonic: timers.monotonic })
  const egress = testEgress()
  onTestFinished(() => egress.close())
  const passage = {
    ...{ clock, random, timers, limits, egress, signing: new SigningMemory() },
    targets: { get: () => target },
    lastUsed: { note: () => undefined },
  } as unknown as CallPorts
  return {
    ...{ clock, random, timers, sandbox, replyBytes, publicUrl: 'https://sallyport.example' },
    targets: passage.targets,
    store: {
      operations: { getByKey: async (_: string, key: string) => stored.get(key.toLowerCase()) },
    } as unknown as Store,
    call: (input) => call(passage, input),
    preview: (input) => preview(passage, input),
    files: async () => {
      throw new Error('no files here')
    },
    calls: {
      begin: (record) => record,
      end: (record) => {
        records.push(record)
      },
    },
    resumes: {
      seal: async (_, state) => JSON.stringify(state),
      open: async (_, text) => JSON.parse(text),
    },
  }
}

function targetAt(origin: string): Target {
  const definition = IntegrationInput.parse({
    ...{ key: 'crm', name: 'CRM', baseUrl: `${origin}/api`, auth: { type: 'api_token' } },
    placement: { in: 'header', name: 'X-Api-Key', template: '{token}' },
    parameters: [{ name: 'tenant' }],
  })
  const parameters = { tenant: 'acme' }
  const credential = { secret: { token: new Secret(accountSecret) }, parameters: {}, tokens: undefined }
  const policy = { allowedPrivate: [], exemptOrigins: new Set([origin]) }
  const account = { organizationId: 'org_1', id: 'acc_1', environment: 'development', tags: {}, parameters }
  const connection = createConnection({ policy, definition, definitionSecrets: {}, account, credential })
  const state = {
    status: 'connected',
    disabled: false,
    renewable: false,
    generation: 1,
    version: 1,
    kept: {},
  }
  return {
    ...{ definition, credential, connection, scheme: schemeOf(definition) },
    account: { ...account, ...state },
    integration: { id: 'int_1', key: 'crm', definition: JSON.stringify(definition), version: 1 },
  } as unknown as Target
}

export type { Fault }

/** A step that calls. */
export const http = (name: string, path: string, more: object = {}) => ({ name, kind: 'http', path, ...more })

/** What a run fails with. */
export async function failure(promise: Promise<unknown>): Promise<SallyportError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SallyportError)) throw error ?? new Error('it did not fail')
  return error
}
