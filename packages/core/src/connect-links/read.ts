import type { ConnectPage } from '@sallyport/contract'
import { definitionOf } from '../credentials/definition.ts'
import type { ConnectLinkRecord, IntegrationRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { hashToken } from '../token.ts'
import type { Vault } from '../vault/vault.ts'
import { type LinkRefusal, type OpenedLink, openLink, type Visit } from './access.ts'
import { type AskedField, askedFields } from './asked.ts'
import type { ConnectLinkPorts } from './ports.ts'
import { resultFor } from './result.ts'

/** Whose page it is, and what about. */
export interface ConnectLook extends ConnectPage {
  readonly title: string
  readonly integration: { readonly key: string; readonly name: string }
  readonly language: string | undefined
}

/** Why it did not work, as a code, and in the provider's words where there are any. */
export interface ConnectFailure {
  readonly code: string
  readonly detail: string | undefined
  /** What an SSH server showed, to be accepted. */
  readonly hostKey?: string | undefined
}

export interface DeviceCode {
  readonly verificationUri: string
  readonly verificationUriComplete?: string
  readonly userCode: string
}

/** What somebody sees who opened a link. */
export type ConnectView =
  | { readonly kind: 'refused'; readonly refusal: LinkRefusal; readonly look?: ConnectLook }
  | {
      readonly kind: 'form'
      readonly look: ConnectLook
      readonly asked: readonly AskedField[]
      /** Name of the account that is connected again. */
      readonly account: string | undefined
      /** Whether the provider's own page asks for the rest. */
      readonly isAuthorized: boolean
      readonly returnUrl: string | undefined
      readonly accountId: string | undefined
      readonly failure: ConnectFailure | undefined
    }
  | { readonly kind: 'code'; readonly look: ConnectLook; readonly code: DeviceCode }
  | {
      readonly kind: 'done'
      readonly look: ConnectLook
      readonly account: string
      readonly returnUrl: string | undefined
      /** What the backend confirms with; undefined once it has, or where nobody has to. */
      readonly result: string | undefined
    }

/** What a link shows. Nothing changes by it, so that previews of links may look: no browser is bound. */
export async function readConnectLink(ports: ConnectLinkPorts, visit: Visit): Promise<ConnectView> {
  const found = await openLink(ports, visit)
  if ('refusal' in found) {
    const { refusal, opened } = found
    return { kind: 'refused', refusal, ...(opened && { look: await lookOf(ports, opened) }) }
  }
  if (found.link.state === 'done') return doneView(ports, found, visit)
  const { link, isOwn } = found
  const code = isOwn ? await openCode(ports, link) : undefined
  if (code) return { kind: 'code', look: await lookOf(ports, found), code }
  return formView(ports, found, isOwn ? await failureOf(ports, link) : undefined)
}

/** What a link asks for, with why it did not work before. */
export async function formView(
  ports: ConnectLinkPorts,
  opened: OpenedLink,
  failure?: ConnectFailure,
): Promise<Extract<ConnectView, { kind: 'form' }>> {
  const { link, integration } = opened
  const definition = definitionOf(integration)
  const asked = await askedFields(ports, link, integration)
  return {
    kind: 'form',
    look: await lookOf(ports, opened),
    asked: failure?.hostKey === undefined ? asked : [...asked, hostKeyField(failure.hostKey)],
    account: link.makesAccount ? undefined : link.name,
    isAuthorized: schemeOf(definition).connects(definition) === 'authorized',
    returnUrl: link.returnUrl,
    accountId: link.accountId,
    failure,
  }
}

function hostKeyField(value: string): AskedField {
  const nothing = { label: undefined, help: undefined, pattern: undefined }
  return { ...nothing, of: 'secret', name: 'hostKey', value, ...plain, choices: [value] }
}
const plain = { isRequired: false, isSecret: false, isLong: false } as const

async function lookOf(
  { store }: ConnectLinkPorts,
  { link, integration }: { readonly link: ConnectLinkRecord; readonly integration: IntegrationRecord },
): Promise<ConnectLook> {
  const organization = await store.organizations.get(link.organizationId)
  const environment = await store.environments.get(link.organizationId, link.environment)
  return {
    ...environment?.connectPage,
    title: environment?.connectPage?.title ?? organization?.name ?? '',
    integration: { key: integration.key, name: integration.name },
    language: link.language,
  }
}

async function doneView(
  ports: ConnectLinkPorts,
  opened: OpenedLink,
  { browser = '' }: Visit,
): Promise<ConnectView> {
  const { link } = opened
  const { accountId = '', flowId, returnUrl } = link
  const flow = flowId === undefined ? undefined : await ports.store.flows.get(flowId)
  const isWaiting = flow?.state === 'parked' && flow.expiresAt > ports.clock.now()
  const result = isWaiting ? resultFor(browser, flow.id) : undefined
  const isGiven =
    result !== undefined && flow && (await ports.store.flows.giveResult(flow, hashToken(result)))
  // Nobody confirmed in time, or it is too long ago to tell.
  const isOver = returnUrl === undefined || flow?.state === 'confirmed'
  if (!isOver && !isGiven) return { kind: 'refused', refusal: 'expired', look: await lookOf(ports, opened) }
  return {
    kind: 'done',
    look: await lookOf(ports, opened),
    account: accountId,
    returnUrl,
    result: isGiven ? result : undefined,
  }
}

/** What is to be entered on another device, while that is asked for. */
async function openCode(ports: ConnectLinkPorts, link: ConnectLinkRecord): Promise<DeviceCode | undefined> {
  if (!link.sealed || link.accountId === undefined) return undefined
  const poll = await ports.store.devicePolls.get(link.organizationId, link.accountId)
  if (poll?.id !== link.flowId) return undefined
  const { purpose, place } = sealedColumns.connectLink
  return JSON.parse(await ports.vault.open(purpose, place(link), link.sealed)) as DeviceCode
}

/** Seals what is to be entered. */
export function sealCode(vault: Vault, link: ConnectLinkRecord, code: DeviceCode): Promise<Buffer> {
  const { purpose, place } = sealedColumns.connectLink
  return vault.seal(purpose, place(link), JSON.stringify(code))
}

/** How the authorization ended that was under way. */
async function failureOf(
  { store }: ConnectLinkPorts,
  link: ConnectLinkRecord,
): Promise<ConnectFailure | undefined> {
  if (link.flowId === undefined) return undefined
  if (link.sealed) {
    const account = link.accountId && (await store.accounts.get(link.organizationId, link.accountId))
    return account ? { code: account.reason ?? 'flow_invalid', detail: undefined } : undefined
  }
  const flow = await store.flows.get(link.flowId)
  return flow?.failure === undefined ? undefined : { code: flow.failure, detail: flow.failureDetail }
}
