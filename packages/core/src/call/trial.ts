import type { Definition } from '@sallyport/contract'
import type { Target } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { Trial } from '../trial.ts'
import { type CallInput, type CallPorts, send } from './call.ts'
import { withPrepared } from './call-target.ts'
import { Caller } from './caller.ts'
import type { Verdict } from './classify.ts'
import type { ResolvePorts } from './resolve.ts'

const longestTrialMilliseconds = 30_000

/** Sends the integration's test request as this account, stored or not. */
export async function tryOut(ports: Omit<CallPorts, keyof ResolvePorts>, target: Target): Promise<Trial> {
  const { test } = target.definition
  if (!test) throw new SallyportError('test_undefined')
  try {
    const { reply, verdict } = await send(ports, withPrepared(target), trialOf(target, test))
    reply.discard()
    return judge(test.status, reply.status, verdict)
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    return { ok: false, reason: error.code, reasonDetail: error.message }
  }
}

/** The test request as a call. @throws SallyportError where a value does not fit into its path */
export function trialOf(
  { connection }: Pick<Target, 'connection'>,
  test: NonNullable<Definition['test']>,
): Omit<CallInput, 'principal' | 'account'> {
  const [path = '', query = ''] = test.path.split(/\?(.*)/s)
  return {
    method: test.method,
    path: connection.render(path, 'segment').replace(/^\//, ''),
    query: connection.render(query, 'query'),
    headers: ['accept', '*/*'],
    body: undefined,
    targetUrl: undefined,
    timeout: longestTrialMilliseconds,
    retries: 0,
    caller: new Caller(),
  }
}

function judge(expected: number | undefined, status: number, verdict: Verdict): Trial {
  const isExpected = expected === undefined ? status >= 200 && status < 300 : status === expected
  // An API that answers 200 to everything says in its body whether it accepts the credential.
  if (isExpected && (verdict === 'ok' || status >= 400)) return { ok: true, response: { status } }
  const needsReconnect = verdict === 'unauthorized' || verdict === 'forbidden' || verdict === 'revoked'
  const why = {
    ok: `where ${expected ?? '2xx'} was expected.`,
    unauthorized: 'it does not accept this credential.',
    forbidden: 'it does not accept this credential.',
    revoked: 'access was revoked.',
    no_permission: 'the credential lacks the permission.',
    rate_limited: 'too many requests were sent. Try again later.',
  }[verdict]
  return {
    ok: false,
    reason: needsReconnect ? 'rejected' : 'unexpected_status',
    reasonDetail: `The API answered ${status} to the test request${verdict === 'ok' ? ', ' : ': '}${why}`,
    needsReconnect,
    response: { status },
  }
}
