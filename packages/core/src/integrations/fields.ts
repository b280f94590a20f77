import { type Definition, Parameter, Placement, pointer } from '@sallyport/contract'
import { schemeNamed } from '../schemes/index.ts'
import { placementTemplate } from '../schemes/placement.ts'
import type { TemplateField } from '../schemes/scheme.ts'

/** What is well-formed of a definition that may not be: the checks between fields work on this. */
export interface Fields {
  readonly raw: Readonly<Record<string, unknown>>
  readonly auth: Readonly<Record<string, unknown>>
  readonly parameters: readonly { readonly path: string; readonly parameter: Parameter }[]
  readonly hosts: readonly { readonly path: string; readonly text: string }[] | undefined
  readonly placements: readonly { readonly path: string; readonly placement: Placement }[]
  /** Every template of the definition. */
  readonly templates: readonly TemplateField[]
  /** Any name may be a parameter: of the integrations to come. */
  readonly namesUnknown?: boolean
}

/** Takes the definition apart without trusting its shape. */
export function fieldsOf(value: unknown): Fields {
  const raw = record(value)
  return fieldsWith(raw, record(raw.auth), () => true)
}

/** What an integration says itself that leaves its client to another record: placed in the client's block. */
export function fieldsBesideClient(value: unknown, client: Definition): Fields {
  const raw = record(value)
  const { scopes, authorizationParams } = record(raw.auth)
  const auth = { ...client.auth, scopes, authorizationParams }
  return fieldsWith(raw, auth, ({ path }) => isAddedToClient(path))
}

/** An OAuth client, as the integration that refers to it sees it: with its parameters. */
export function fieldsOfClient(client: Definition, value: unknown): Fields {
  const fields = fieldsOf(client)
  const { parameters } = record(value)
  return { ...fields, raw: { ...fields.raw, parameters }, parameters: parametersOf(parameters) }
}

/** Whether an integration may say this beside its client. */
export function isAddedToClient(path: string): boolean {
  return /^\/auth\/(scopes|authorizationParams)(\/|$)/.test(path)
}

function fieldsWith(
  raw: Fields['raw'],
  auth: Fields['auth'],
  isOwn: (field: TemplateField) => boolean,
): Fields {
  const placements = placementsOf(raw.placement)
  const scheme = schemeNamed(auth.type)
  const kept = (scheme?.keeps?.(auth) ?? []).map((name) => `kept.${name}`)
  return {
    raw,
    auth,
    parameters: parametersOf(raw.parameters),
    hosts: Array.isArray(raw.hosts)
      ? raw.hosts.flatMap((text, index) =>
          typeof text === 'string' ? [{ path: `/hosts/${index}`, text }] : [],
        )
      : undefined,
    placements,
    templates: [
      ...text('/baseUrl', raw.baseUrl, { slot: 'url', receives: 'call', perCall: true }),
      ...(scheme?.templates(auth) ?? []).filter(isOwn),
      ...placements.map(({ path, placement }) => ({
        path: `${path}/template`,
        text: placementTemplate(placement),
        slot: placement.in === 'header' ? ('header' as const) : ('text' as const),
        filled: scheme?.placeable(auth) ?? [],
        perCall: true as const,
      })),
      ...requestTemplates(record(raw.request)),
      ...text('/test/path', record(raw.test).path, { slot: 'path' }),
      ...tlsTemplates('/tls', raw.tls),
      ...tlsTemplates('/auth/tls', auth.tls),
    ].map((field) => ({ ...field, filled: [...(field.filled ?? []), ...always, ...kept] })),
  }
}

function parametersOf(value: unknown): Fields['parameters'] {
  return array(value).flatMap((entry, index) => {
    const parsed = Parameter.safeParse(entry)
    return parsed.success ? [{ path: `/parameters/${index}`, parameter: parsed.data }] : []
  })
}

/** What every template may ask for, beside the parameters. */
const always = ['account.id', 'account.name'] as const

function placementsOf(value: unknown): Fields['placements'] {
  const entries = Array.isArray(value)
    ? value.map((entry, index) => [`/placement/${index}`, entry])
    : [['/placement', value]]
  return entries.flatMap(([path, entry]) => {
    const parsed = Placement.safeParse(entry)
    return parsed.success ? [{ path: String(path), placement: parsed.data }] : []
  })
}

function tlsTemplates(path: string, value: unknown): TemplateField[] {
  return Object.entries(record(value)).flatMap(([name, value]) =>
    text(`${path}/${name}`, value, { slot: 'text' }),
  )
}

function requestTemplates(request: Readonly<Record<string, unknown>>): TemplateField[] {
  const of = (place: 'headers' | 'query', slot: TemplateField['slot']) =>
    Object.entries(record(request[place])).flatMap(([name, value]) =>
      text(`/request/${place}${pointer([name])}`, value, { slot, perCall: true }),
    )
  return [...of('headers', 'header'), ...of('query', 'text'), ...bodyTemplates('/request/body', request.body)]
}

function bodyTemplates(path: string, value: unknown): TemplateField[] {
  if (typeof value === 'string') return [{ path, text: value, slot: 'text', perCall: true }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => bodyTemplates(path + pointer([name]), inner))
}

function text(path: string, value: unknown, rest: Omit<TemplateField, 'path' | 'text'>): TemplateField[] {
  return typeof value === 'string' ? [{ path, text: value, ...rest }] : []
}

/** An object's members; none of anything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
