import { randomBytes } from 'node:crypto'
import type { AuthOf } from '@sallyport/contract'
import { jsonReply, type ProviderReply, type ProviderRequest } from '../message.ts'
import { htmlPage } from '../page.ts'
import { compared } from './compare.ts'
import type { Context } from './context.ts'
import { deviceShape, tokenRequestShape } from './oauth2-requests.ts'
import { type Authorization, newAuthorization } from './token-book.ts'
import { refusalReply } from './token-reply.ts'
import { accepted, type Endpoint, refused, type Verdict } from './verdict.ts'

type OAuth2 = AuthOf<'oauth2'>

interface Waiting {
  readonly userCode: string
  approved: boolean
}

interface DeviceGrant extends Context {
  readonly auth: OAuth2
  readonly page: string
  /** By their device codes. */
  readonly waiting: Map<string, Waiting>
  readonly firstTokens: (authorization: Authorization) => ProviderReply
}

/** The addresses of a device grant (RFC 8628): a code to show, a page to enter it at, and the wait for that. */
export function deviceEndpoints(
  context: Context,
  auth: OAuth2,
  firstTokens: DeviceGrant['firstTokens'],
): Endpoint[] {
  const { deviceUrl, tokenUrl } = auth
  if (auth.grant !== 'device_code' || deviceUrl === undefined || tokenUrl === undefined) return []
  const page = `${deviceUrl}/verify`
  const grant: DeviceGrant = { ...context, auth, page, waiting: new Map(), firstTokens }
  return [
    { purpose: 'device', url: deviceUrl, answer: (request) => codes(grant, request) },
    { purpose: 'verify', url: page, answer: (request) => entered(grant, request) },
    { purpose: 'token', url: tokenUrl, answer: (request) => polled(grant, request) },
  ]
}

function codes(grant: DeviceGrant, request: ProviderRequest): Verdict {
  const { differences } = compared(request, deviceShape(grant.auth, grant.values), grant.values)
  if (differences.length > 0) {
    return refused('device', differences, refusalReply({}, 'invalid_request', differences))
  }
  const device_code = `device.${randomBytes(18).toString('base64url')}`
  const user_code = randomBytes(4).toString('hex').toUpperCase()
  grant.waiting.set(device_code, { userCode: user_code, approved: !grant.conduct.asksOnPage })
  const verification_uri = grant.page
  const verification_uri_complete = `${verification_uri}?user_code=${user_code}`
  const told = { device_code, user_code, verification_uri, verification_uri_complete }
  return accepted('device', jsonReply(200, { ...told, expires_in: 600, interval: 5 }))
}

function entered({ waiting }: DeviceGrant, request: ProviderRequest): Verdict {
  const code = new URLSearchParams(request.query).get('user_code')
  const found = [...waiting.values()].find(({ userCode }) => userCode === code)
  if (found) found.approved = true
  const sentence = found ? 'The device is connected.' : 'This code is unknown.'
  return accepted('verify', htmlPage(200, 'Emulated device', `<p>${sentence}</p>`))
}

function polled(grant: DeviceGrant, request: ProviderRequest): Verdict {
  const { auth, values, waiting, firstTokens } = grant
  const { brought, differences } = compared(request, tokenRequestShape(auth, values), values)
  const refuse = (error: string, reasons: readonly string[]) =>
    refused('token', reasons, refusalReply(auth.tokenReply, error, reasons))
  if (differences.length > 0) return refuse('invalid_request', differences)
  const found = waiting.get(brought.deviceCode ?? '')
  if (!found) return refuse('expired_token', ['the device code is unknown'])
  if (!found.approved) {
    const wait = refusalReply(auth.tokenReply, 'authorization_pending', ['nobody has decided yet'])
    return accepted('poll', wait)
  }
  waiting.delete(brought.deviceCode ?? '')
  return accepted('token', firstTokens(newAuthorization()))
}
