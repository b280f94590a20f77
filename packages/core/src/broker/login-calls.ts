import {
  type Credentials,
  type LoginOrigin,
  type LoginPorts,
  logIn,
  logInWithCode,
} from '../identity/login.ts'
import * as own from '../identity/own-account.ts'
import { type ActingSession, authenticateSession, endSession, type SessionUse } from '../identity/sessions.ts'
import * as setup from '../identity/setup.ts'
import { confirmSession, type FreshProof, isFresh, requireFreshProof } from '../identity/step-up.ts'
import type { Principal } from '../principal.ts'

/** What people do who log in, and with what is theirs. */
export function loginCalls(ports: LoginPorts) {
  return {
    logIn: (credentials: Credentials, origin: LoginOrigin) => logIn(ports, credentials, origin),
    logInWithCode: (given: { readonly challenge: string; readonly code: string }, origin: LoginOrigin) =>
      logInWithCode(ports, given, origin),
    /** How many hashes of passwords this process has computed. */
    hashes: () => ports.passwords.computed,
    /** Who is behind what a browser keeps. */
    session: (token: string, use?: SessionUse) => authenticateSession(ports, token, use),
    requireFreshProof: (principal: Pick<Principal, 'session'>) => requireFreshProof(ports, principal),
    isFresh: ({ session }: Pick<ActingSession, 'session'>) => isFresh(ports.clock, session),
    confirm: (acting: ActingSession, proof: FreshProof) => confirmSession(ports, acting, proof),
    end: (acting: ActingSession, id: string) => endSession(ports, acting, id),
    endOthers: (acting: ActingSession) => own.endOtherSessions(ports, acting),
    read: (acting: ActingSession) => own.readOwnAccount(ports, acting),
    changePassword: (
      acting: ActingSession,
      passwords: { readonly current: string; readonly password: string },
    ) => own.changePassword(ports, acting, passwords),
    offerTotp: (acting: ActingSession, issuer: string) => own.offerTotp(ports, acting, issuer),
    enrolTotp: (acting: ActingSession, given: { readonly enrolment: string; readonly code: string }) =>
      own.enrolTotp(ports, acting, given),
    removeTotp: (acting: ActingSession) => own.removeTotp(ports, acting),
    replaceRecoveryCodes: (acting: ActingSession) => own.replaceRecoveryCodes(ports, acting),
  }
}

export function setupCalls(ports: LoginPorts) {
  const organizationId = ports.firstOrganizationId
  return {
    isDone: () => setup.isSetUp(ports),
    offer: () => setup.offerSetup(ports),
    complete: (token: string, address?: string) =>
      setup.completeSetup(ports, { organizationId, ...(address && { address }) }, token),
    checkToken: (token: string) => setup.checkToken(ports, token),
    completeWithOwner: (input: setup.FirstOwner & { readonly token: string }, origin: LoginOrigin) =>
      setup.completeSetupWithOwner(ports, input, origin),
  }
}
