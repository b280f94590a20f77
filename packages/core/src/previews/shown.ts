import type { PreviewedRequest } from '@sallyport/contract'
import { type PreviewedCall, secretMark } from '../call/preview.ts'
import { headersSent } from '../egress/credential-request.ts'
import { redaction } from '../traces/redact.ts'
import { assertionsIn } from './assertions.ts'
import type { StandIns } from './stand-ins.ts'
import type { Watched } from './watched.ts'

/** Shows requests: `written` is all that their authors wrote, so that nothing of it is taken for a secret. */
export function showing(standIns: StandIns, written: string) {
  const redact = redaction([], { written, keepsEncoding: true })
  const shown = (text: string) => standIns.shown(text).replaceAll(secretMark, '[secret]')
  return {
    text: shown,
    watched(each: Watched): PreviewedRequest {
      const { purpose } = each
      const follows = each.follows.length > 0 ? { follows: [...each.follows] } : {}
      if ('page' in each) {
        const url = shown(redact.url(each.page))
        return { purpose, method: 'GET', url, headers: [], opensIn: 'browser', ...follows }
      }
      const { url, method, headers, body } = each.request
      const sent = Object.fromEntries(headersSent(headers))
      const assertions = assertionsIn([body ?? '', ...Object.values(sent)], shown)
      return {
        purpose,
        method,
        url: shown(redact.url(`${url.origin}${url.path}${url.query}`)),
        headers: pairs(redact.headers(sent), shown),
        ...(body !== undefined && { body: shown(bodyOf(sent, body)) }),
        ...(assertions.length > 0 && { assertions: [...assertions] }),
        ...follows,
      }
    },
    call(purpose: PreviewedRequest['purpose'], call: PreviewedCall): PreviewedRequest {
      const { method, url, headers, body } = call
      return {
        purpose,
        method,
        url: shown(url),
        headers: headers.map(([name, value]) => ({ name, value: shown(value) })),
        ...(typeof body === 'string' && { body: shown(body) }),
      }
    },
  }

  /** What is neither a form nor JSON is as its author wrote it, with stand-ins in it. */
  function bodyOf(headers: Readonly<Record<string, string>>, body: string): string {
    const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
    const isRead = /form-urlencoded|json/i.test(type ?? '')
    return isRead ? redact.body(type, body) : redact.text(body)
  }
}

function pairs(
  headers: Readonly<Record<string, string>>,
  shown: (text: string) => string,
): PreviewedRequest['headers'] {
  return Object.entries(headers).map(([name, value]) => ({ name, value: shown(value) }))
}
