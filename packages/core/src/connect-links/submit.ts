import type { Fault } from '@sallyport/contract'
import { reasonOf } from '../credentials/renewal-failure.ts'
import { invalid, SallyportError } from '../error.ts'
import { hashToken, isToken } from '../token.ts'
import { type LinkRefusal, mostAttempts, type OpenedLink, openLink, type Visit } from './access.ts'
import { type AskedField, askedFields, type GivenValues, givenOf, patternFaults } from './asked.ts'
import { beginAuthorization, beginOnDevice, type Onward } from './authorization.ts'
import { connectGiven } from './given.ts'
import type { ConnectLinkPorts } from './ports.ts'
import { type ConnectFailure, type ConnectLook, type ConnectView, formView, readConnectLink } from './read.ts'
import { type LinkTarget, linkTarget } from './target.ts'

/** Somebody who sends in what a link asked for. */
export interface Submission extends Visit {
  readonly browser: string
  readonly address: string | undefined
  readonly language: string | undefined
  readonly readValue: (field: AskedField) => string | undefined
  readonly cookieOf: (name: string) => string | undefined
}

type FormView = Extract<ConnectView, { kind: 'form' }>

export type Submitted =
  | Exclude<ConnectView, { kind: 'form' }>
  | (FormView & { readonly faults: readonly Fault[]; readonly given: GivenValues })
  | { readonly kind: 'onward'; readonly onward: Onward; readonly look: ConnectLook }

/** Of whoever acts by a link. */
export interface LinkAsker {
  readonly organizationId: string
  readonly keyId: undefined
  readonly accounts: undefined
  readonly connectLinkId: string
  readonly address?: string
}

const none: GivenValues = { parameters: {}, secret: {} }

/**
 * Takes what a person sent in, as the first browser that does, or the one that did (A2): binds it, and has it connected,
 * or goes on to the provider. What does not work can be sent in again, corrected.
 */
export async function submitConnectLink(ports: ConnectLinkPorts, submission: Submission): Promise<Submitted> {
  const opened = await openLink(ports, submission)
  if ('refusal' in opened || opened.link.state === 'done') return seen(ports, submission)
  const { link } = opened
  const refusal = await attempted(ports, opened, submission)
  if (refusal) return { kind: 'refused', refusal }
  const begun = { ...opened, isOwn: true }
  const asked = await askedFields(ports, link, opened.integration)
  const given = givenOf([...asked, acceptedHostKey], submission.readValue)
  try {
    const target = await checkedTarget(ports, begun, { asked, given })
    return await connected(ports, begun, { target, submission, given })
  } catch (cause) {
    if (!(cause instanceof SallyportError)) throw cause
    if (cause.code === 'not_found') return { kind: 'refused', refusal: 'unknown' }
    if (cause.code === 'changed_meanwhile') return sentTwice(ports, submission)
    const { code, detail, faults } = cause
    ports.log.warn({ link: link.id, code, detail }, 'a connect link did not connect')
    const failure = code === 'input_invalid' ? undefined : { code: reasonOf(cause), detail: undefined }
    return { ...(await formView(ports, begun, failure)), faults, given }
  }
}

/** As by a double click: where the other one has come to an end, that is shown; the later goes on from where it is. */
async function sentTwice(ports: ConnectLinkPorts, submission: Submission): Promise<Submitted> {
  const view = await seen(ports, submission)
  // Each counts as an attempt, of which there are not many.
  return view.kind === 'form' ? submitConnectLink(ports, submission) : view
}

/** @throws SallyportError input_invalid with all faults */
async function checkedTarget(
  ports: ConnectLinkPorts,
  opened: OpenedLink,
  { asked, given }: { readonly asked: readonly AskedField[]; readonly given: GivenValues },
): Promise<LinkTarget> {
  const faults = patternFaults(asked, given)
  try {
    const target = await linkTarget(ports, opened, given)
    if (faults.length === 0) return target
  } catch (cause) {
    if (!(cause instanceof SallyportError) || cause.code !== 'input_invalid') throw cause
    faults.push(...cause.faults)
  }
  throw invalid('input_invalid', faults)
}

/** What an SSH server showed before: only a type that takes it looks. */
const acceptedHostKey: AskedField = {
  ...{
    of: 'secret',
    name: 'hostKey',
    label: undefined,
    help: undefined,
    choices: undefined,
    value: undefined,
  },
  ...{ isRequired: false, isSecret: false, isLong: false, pattern: undefined },
}

async function attempted(
  { store, clock }: ConnectLinkPorts,
  { link }: OpenedLink,
  { browser, language }: Submission,
): Promise<LinkRefusal | undefined> {
  if (!isToken(browser)) return 'unknown'
  const by = { browserHash: hashToken(browser), language }
  const isFirst = await store.connectLinks.attempt(link, by, { now: clock.now(), most: mostAttempts })
  if (isFirst) return undefined
  if (link.attempts >= mostAttempts) return 'worn_out'
  return link.expiresAt <= clock.now() ? 'expired' : 'elsewhere'
}

async function connected(
  ports: ConnectLinkPorts,
  opened: OpenedLink,
  { target, submission, given }: { target: LinkTarget; submission: Submission; given: GivenValues },
): Promise<Submitted> {
  const { link } = opened
  const { scheme, definition } = target.target
  const asker: LinkAsker = {
    ...{ organizationId: link.organizationId, keyId: undefined, accounts: undefined, connectLinkId: link.id },
    ...(submission.address !== undefined && { address: submission.address }),
  }
  const device = scheme.device?.(definition)
  if (device) await beginOnDevice(ports, { opened, target, asker, device })
  else if (scheme.connects(definition) === 'authorized') {
    const onward = await beginAuthorization(ports, { opened, target, asker, cookieOf: submission.cookieOf })
    return { kind: 'onward', onward, look: (await formView(ports, opened)).look }
  } else {
    const failure: ConnectFailure | undefined = await connectGiven(ports, { opened, target, asker })
    if (failure) return { ...(await formView(ports, opened, failure)), faults: [], given }
  }
  return seen(ports, submission)
}

async function seen(ports: ConnectLinkPorts, visit: Visit): Promise<Submitted> {
  const view = await readConnectLink(ports, visit)
  return view.kind === 'form' ? { ...view, faults: [], given: none } : view
}
