import type { DryRequest } from '@sallyport/contract'
import { Caller } from '../call/caller.ts'
import { type PreviewedCall, secretMark } from '../call/preview.ts'
import type { CalledAccount } from './called-account.ts'
import { curlThroughPassage, curlToApi } from './curl.ts'
import type { Frame } from './frame.ts'
import type { RenderedRequest } from './request.ts'
import { bodyOf } from './send.ts'

const shownMark = '***'

/** The request that a step would send, shown and not sent. */
export async function dryRequest(
  { run }: Frame,
  step: string,
  account: CalledAccount,
  request: RenderedRequest,
): Promise<DryRequest> {
  const { body, ...rest } = request
  const call = await run.ports.preview({
    ...{ ...rest, principal: run.principal, account: account.name },
    ...{ body: body && bodyOf(body), timeout: undefined, retries: undefined, caller: new Caller() },
  })
  return {
    step,
    method: call.method,
    url: shown(call.url),
    headers: call.headers.map(([name, value]) => ({ name, value: shown(value) })),
    ...shownBody(call),
    curl: {
      api: curlToApi(call),
      passage: curlThroughPassage(run.ports.publicUrl, account.target.account.id, request),
    },
  }
}

function shownBody({ body }: PreviewedCall): Pick<DryRequest, 'body' | 'isBase64'> {
  if (body === undefined) return {}
  return typeof body === 'string' ? { body: shown(body) } : { body: body.toString('base64'), isBase64: true }
}

function shown(text: string): string {
  return text.replaceAll(secretMark, shownMark)
}
