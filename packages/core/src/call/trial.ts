import type { Target } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { Trial } from '../trial.ts'
import { type CallPorts, send } from './call.ts'
import { Caller } from './caller.ts'
import { classify } from './classify.ts'
import { rawHeader } from './reply-headers.ts'
import { type ResolvePorts, withPrepared } from './resolve.ts'

const longestTrialMilliseconds = 30_000

/** Sends the integration's test request as this account, stored or not. */
export async function tryOut(ports: Omit<CallPorts, keyof ResolvePorts>, target: Target): Promise<Trial> {
  const { test } = target.definition
  if (!test) throw new SallyportError('test_undefined')
  try {
    const [path = '', query = ''] = target.connection.render(test.path, 'text').split('?', 2)
    const reply = await send(ports, withPrepared(target), {
      method: test.method,
      path: path.replace(/^\//, ''),
      query,
      headers: ['accept', '*/*'],
      body: undefined,
      targetUrl: undefined,
      timeout: longestTrialMilliseconds,
      caller: new Caller(),
    })
    reply.discard()
    return judge(target, test.status, reply.status, rawHeader(reply.headers, 'www-authenticate'))
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    return { ok: false, reason: error.code, reasonDetail: error.message }
  }
}

function judge(
  target: Target,
  expected: number | undefined,
  status: number,
  challenge: string | undefined,
): Trial {
  const ok = expected === undefined ? status >= 200 && status < 300 : status === expected
  if (ok) return { ok, response: { status } }
  const rejected = classify(status, challenge, target.scheme.authErrors(target.definition).statuses) !== 'ok'
  return {
    ok,
    reason: rejected ? 'rejected' : 'unexpected_status',
    reasonDetail: rejected
      ? `The API answered ${status} to the test request: it does not accept this credential.`
      : `The API answered ${status} to the test request, where ${expected ?? '2xx'} was expected.`,
    needsReconnect: rejected,
    response: { status },
  }
}
