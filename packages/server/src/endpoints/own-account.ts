import { type Broker, csrfToken, type OwnAccount, type Page, type PageRequest } from '@sallyport/core'
import { encodeQR } from 'qr'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Own =
  | 'changeOwnPassword'
  | 'listOwnSessions'
  | 'endOwnSession'
  | 'endOtherSessions'
  | 'offerAuthenticator'
  | 'setUpAuthenticator'
  | 'removeAuthenticator'
  | 'replaceRecoveryCodes'

/** The same that the forms of `/account` do. */
export function ownAccountHandlers({ login }: Broker, publicUrl: string): Pick<Handlers, Own> {
  const issuer = `Sallyport ${new URL(publicUrl).host}`
  return {
    changeOwnPassword: async ({ own, body }) => {
      const { acting, renewed } = await own()
      const token = await login.changePassword(acting, body)
      renewed(token)
      return { csrfToken: csrfToken(token.reveal()) }
    },
    listOwnSessions: async ({ own, query }) => {
      const { acting } = await own()
      const { sessions } = await login.read(acting)
      const { items, nextCursor } = pageOf(sessions, pageRequest(query))
      return pageReply({ items: items.map((each) => shown(each, acting.session.id)), nextCursor })
    },
    endOwnSession: async ({ own, params }) => login.end((await own()).acting, params.id),
    endOtherSessions: async ({ own }) => login.endOthers((await own()).acting),
    offerAuthenticator: async ({ own }) => {
      const { secret, uri, enrolment } = await login.offerTotp((await own()).acting, issuer)
      return { secret: secret.reveal(), uri: uri.reveal(), qrCode: modulesOf(uri.reveal()), enrolment }
    },
    setUpAuthenticator: async ({ own, body }) => ({
      recoveryCodes: [...(await login.enrolTotp((await own()).acting, body))],
    }),
    removeAuthenticator: async ({ own }) => login.removeTotp((await own()).acting),
    replaceRecoveryCodes: async ({ own }) => ({
      recoveryCodes: [...(await login.replaceRecoveryCodes((await own()).acting))],
    }),
  }
}

/** A person has few: they are read at once. */
function pageOf<Item extends { readonly id: string }>(
  all: readonly Item[],
  { limit, after = '' }: PageRequest,
): Page<Item> {
  const rest = all.filter(({ id }) => id > after).sort((one, other) => (one.id < other.id ? -1 : 1))
  const items = rest.slice(0, limit)
  return { items, nextCursor: rest.length > limit ? items.at(-1)?.id : undefined }
}

function shown(session: OwnAccount['sessions'][number], current: string) {
  const { id, method, createdAt, authenticatedAt, seenAt, address, userAgent } = session
  return {
    ...{ id, method, current: id === current },
    createdAt: new Date(createdAt).toISOString(),
    authenticatedAt: new Date(authenticatedAt).toISOString(),
    lastSeenAt: new Date(seenAt).toISOString(),
    ...(address !== undefined && { address }),
    ...(userAgent !== undefined && { userAgent }),
  }
}

/** A QR code as rows of 0 and 1. */
function modulesOf(text: string): string[] {
  return encodeQR(text, 'raw').map((row) => row.map((isDark) => (isDark ? '1' : '0')).join(''))
}
