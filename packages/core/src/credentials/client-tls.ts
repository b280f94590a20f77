import type { Definition, Fault } from '@sallyport/contract'
import { type ClientTls, type ClientTlsTexts, clientTlsFault, readClientTls } from '../client-tls.ts'
import type { Connection, PermitPurpose } from '../schemes/scheme.ts'
import { parseTemplate, placeholders } from '../template/parse.ts'
import type { DefinitionSecrets } from './definition-secrets.ts'

const fields = ['certificate', 'privateKey', 'ca', 'pfx', 'passphrase'] as const

/** Where a definition says how connections are made, and its templates. */
export interface TlsTemplates {
  readonly path: '/tls' | '/auth/tls'
  readonly texts: ClientTlsTexts
}

/** The templates that hold for requests of a kind; undefined where the definition has none. */
export function tlsTemplates(
  definition: Definition,
  secrets: DefinitionSecrets,
  sends: PermitPurpose['sends'],
): TlsTemplates | undefined {
  const ofAuth = 'tls' in definition.auth ? definition.auth.tls : undefined
  const own = sends === 'credential' && ofAuth !== undefined
  const visible = own ? ofAuth : definition.tls
  if (!visible) return undefined
  const path = own ? '/auth/tls' : '/tls'
  const texts = Object.fromEntries(
    fields.map((field) => [field, secrets[`${path}/${field}`]?.reveal() ?? visible[field]]),
  )
  return { path, texts }
}

/** Renders each identity when it is first asked for. */
export function clientTlsOf(
  definition: Definition,
  secrets: DefinitionSecrets,
  render: (text: string) => string | undefined,
): Connection['tls'] {
  const known = new Map<PermitPurpose['sends'], ClientTls | undefined>()
  return (sends) => {
    if (known.has(sends)) return known.get(sends)
    const templates = tlsTemplates(definition, secrets, sends)
    const rendered = Object.entries(templates?.texts ?? {}).map(([field, text]) => [
      field,
      text === undefined ? undefined : render(text),
    ])
    const tls = templates && readClientTls(Object.fromEntries(rendered))
    known.set(sends, tls)
    return tls
  }
}

/** What of an account's parameters makes its certificate unusable: a fault at each that the bad field asks for. */
export function accountTlsFaults({ definition, definitionSecrets, tls }: Connection): Fault[] {
  return (['credential', 'call'] as const).flatMap((sends) => {
    const templates = tlsTemplates(definition, definitionSecrets, sends)
    const identity = tls(sends)
    const fault = identity && clientTlsFault(identity)
    if (!templates || !fault) return []
    const { code, message } = fault
    const asked = (texts: readonly (string | undefined)[]) =>
      texts.flatMap((text) => (text === undefined ? [] : placeholders(parseTemplate(text))))
    const own = asked([templates.texts[fault.field]])
    const names = own.length > 0 ? own : asked(Object.values(templates.texts))
    return names.map((name) => ({
      path: `/parameters/${name.replace(/^parameters\./, '')}`,
      code,
      message,
    }))
  })
}
