import { Readable } from 'node:stream'
import type { PreviewPurpose } from '@sallyport/contract'
import { Body } from '../call/body.ts'
import type { CallInput } from '../call/call.ts'
import { withPrepared } from '../call/call-target.ts'
import { Caller } from '../call/caller.ts'
import { type PreviewedCall, previewOf } from '../call/preview.ts'
import { SigningMemory } from '../call/signing-memory.ts'
import { trialOf } from '../call/trial.ts'
import type { Target } from '../credentials/target.ts'
import type { FileServer } from '../egress/ssh.ts'
import { SallyportError } from '../error.ts'
import type { Clock, Random } from '../ports.ts'
import type { Unavailable } from './watched.ts'

/** A call to the API, and how it would go out. */
export interface Called {
  readonly purpose: PreviewPurpose
  readonly call: PreviewedCall
}

type Input = Omit<CallInput, 'principal' | 'account'>

/** The test request and a call to the base URL; of an account of files, where it logs in. */
export async function previewCalls(
  ports: { readonly clock: Clock; readonly random: Random },
  target: Target,
): Promise<readonly (Called | Unavailable)[]> {
  const { test, request } = target.definition
  const { open } = target.scheme
  if (open) return [await attempted('files', async () => login(open(target.connection, target.credential)))]
  const signing = { ...ports, signing: new SigningMemory() }
  const called = withPrepared(target)
  const sent = (input: () => Input) => async () => previewOf(signing, called, input())
  return [
    ...(test
      ? [
          await attempted(
            'test',
            sent(() => trialOf(target, test)),
          ),
        ]
      : []),
    await attempted(
      'call',
      sent(() => (request?.body ? withBody() : plain('GET', ['accept', '*/*'], undefined))),
    ),
  ]
}

/** What the definition adds to bodies is seen in an empty one. */
function withBody(): Input {
  const body = new Body(Readable.from([Buffer.from('{}')]), 2)
  return plain('POST', ['accept', '*/*', 'content-type', 'application/json'], body)
}

function plain(method: string, headers: readonly string[], body: Body | undefined): Input {
  const none = { targetUrl: undefined, timeout: undefined, retries: 0, caller: new Caller() }
  return { ...none, method, path: '', query: '', headers, body }
}

function login({ host, port, root = '/', username }: FileServer): PreviewedCall {
  return { method: 'SFTP', url: `sftp://${username}@${host}:${port}${root}`, headers: [], body: undefined }
}

async function attempted(
  purpose: PreviewPurpose,
  made: () => Promise<PreviewedCall>,
): Promise<Called | Unavailable> {
  try {
    return { purpose, call: await made() }
  } catch (error) {
    if (error instanceof SallyportError) return { purpose, failure: error }
    throw error
  }
}
