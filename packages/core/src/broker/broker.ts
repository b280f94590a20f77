import { type CallInput, call } from '../call/call.ts'
import type { CallRecord } from '../call/record.ts'
import { stillAdmitted } from '../call/still-admitted.ts'
import { callFiles, type FilesInput } from '../files/files.ts'
import { authenticate } from '../identity/authenticate.ts'
import { skipSetup } from '../identity/setup.ts'
import type { News } from '../ports.ts'
import { assemble } from './assemble.ts'
import { gaugesOf } from './gauges.ts'
import { loginCalls, setupCalls } from './login-calls.ts'
import { nounCalls } from './nouns.ts'
import type { BrokerOptions } from './options.ts'

/** The front door: everything that Sallyport does, whoever asks. */
export type Broker = Awaited<ReturnType<typeof createBroker>>

/** Opens the front door. */
export async function createBroker(options: BrokerOptions) {
  const assembled = await assemble(options)
  const { base, memory, egress, recording, passage, files, ports, identity, login, background, operations } =
    assembled
  const { renewals } = ports
  await base.fence.beforeRenewals(() => renewals.recover({ isAlone: options.isAlone }))
  if (options.adminKey) await skipSetup(base)

  return {
    authenticate: (header: string | undefined) => authenticate(identity, header),
    call: (input: CallInput) => call(passage, input),
    /** Of a call that lasts: whether this key could still make it. */
    stillAdmits: (header: string | undefined, account: string, address: string) =>
      stillAdmitted(passage, () => authenticate(identity, header), { account, address }),
    /** To be called when a call arrives; and once it has ended, with what was told of it. */
    began: (record: CallRecord, traceparent: string | undefined) =>
      recording.calls.begin(record, traceparent),
    ended: (record: CallRecord) => recording.calls.end(record),
    files: (input: FilesInput) => callFiles(files, input),
    ...nounCalls(assembled),
    login: loginCalls(login),
    setup: setupCalls(login),
    /** What another process of this node tells. */
    hear(news: News) {
      if (news.kind === 'changed') memory.forget(news.account)
      else base.admission.hear(news)
    },
    /** How much of what is under way, and was done, in this process. */
    gauges: () => gaugesOf(assembled),
    /** Why no token is renewed and nothing is done in the background; undefined while all is well. */
    closed: () => base.fence.closed,
    /** Does the work that is due: to be called about once a second. */
    runDue: background.runDue,
    /** Nothing is done in the background any more; calls are served until `close`. */
    rest: background.rest,
    /** Writes down what is kept in memory for a moment. */
    flush: assembled.flush,
    /** Lets renewals and calls under way end, and writes the rest down. */
    async close() {
      await background.rest()
      await background.settled()
      operations.sandbox.close()
      await egress.close()
      await assembled.flush()
    },
  }
}
