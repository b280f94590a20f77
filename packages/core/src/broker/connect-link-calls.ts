import type { ConnectLinkInput } from '@sallyport/contract'
import type { Visit } from '../connect-links/access.ts'
import { createConnectLink } from '../connect-links/create.ts'
import type { ConnectLinkPorts } from '../connect-links/ports.ts'
import { readConnectLink } from '../connect-links/read.ts'
import { type Submission, submitConnectLink } from '../connect-links/submit.ts'
import type { Principal } from '../principal.ts'
import { newToken } from '../token.ts'

/** Links by which people connect accounts: who makes them, and the browser's side. */
export function connectLinkCalls(ports: ConnectLinkPorts) {
  return {
    create: (owner: Principal, input: ConnectLinkInput) => createConnectLink(ports, owner, input),
    read: (visit: Visit) => readConnectLink(ports, visit),
    submit: (submission: Submission) => submitConnectLink(ports, submission),
    /** What a browser is given to be known by. */
    newBrowser: () => newToken(ports.random),
  }
}
