import { type ApiDocument, follow } from './api-document.ts'
import { type DocumentOperation, nameOf } from './document-operation.ts'
import { entriesOf, type Located, member, members } from './located.ts'
import { type AuthContext, type AuthDraft, asParameter, authOf } from './security-auth.ts'

/** The security schemes of a document by name. */
export function securitySchemes(document: ApiDocument): ReadonlyMap<string, Located> {
  const root = { value: document.root, path: '' }
  const components = member(root, 'components')
  const written =
    document.specification === '2.0'
      ? member(root, 'securityDefinitions')
      : components && member(components, 'securitySchemes')
  const found = (written ? members(written) : []).flatMap(([name, each]): [string, Located][] => {
    const at = follow(document, each)
    return at ? [[name, at]] : []
  })
  return new Map(found)
}

/** Schemes that have to be met together, and by how many operations they are asked for. */
interface Requirement {
  readonly names: readonly string[]
  readonly scopes: readonly string[]
  readonly uses: number
}

/** How the API authenticates: by the requirement that most operations are content with, or by the scheme that was named. */
export function authDraft(
  document: ApiDocument,
  operations: readonly DocumentOperation[],
  wanted: string | undefined,
  baseUrl: string,
): AuthDraft {
  const schemes = securitySchemes(document)
  const used = requirements(document, operations)
  const alone = [...schemes.keys()].map((name) => ({ names: [name], scopes: [], uses: 0 }))
  const candidates = [...used, ...alone].filter(({ names }) => wanted === undefined || names.includes(wanted))
  for (const { names, scopes } of candidates) {
    const draft = together(document, names, schemes, { baseUrl, scopes })
    if (!draft) continue
    skipOthers(document, schemes, names)
    skipUnmet(document, operations, names)
    return draft
  }
  const root = { value: document.root, path: '' }
  const reason =
    'No security scheme is described that definitions know: a bearer token is taken. Correct it in the integration.'
  document.skipped.add({ path: root.path, part: 'security', reason })
  return { auth: { type: 'api_token' } }
}

/** What operations ask for, the most used first. An empty requirement asks for nothing. */
function requirements(document: ApiDocument, operations: readonly DocumentOperation[]): Requirement[] {
  const whole = member({ value: document.root, path: '' }, 'security')
  const found = new Map<string, { names: string[]; scopes: Set<string>; uses: number }>()
  for (const { at } of operations) {
    for (const each of entriesOf(member(at, 'security') ?? whole)) {
      const entries = members(each)
      const names = entries.map(([name]) => name).sort()
      if (names.length === 0) continue
      const requirement = found.get(names.join('\n')) ?? { names, scopes: new Set<string>(), uses: 0 }
      requirement.uses += 1
      for (const { value } of entries.flatMap(([, scopes]) => entriesOf(scopes))) {
        if (typeof value === 'string' && value.length <= 500 && requirement.scopes.size < 500)
          requirement.scopes.add(value)
      }
      found.set(names.join('\n'), requirement)
    }
  }
  return [...found.values()]
    .map(({ names, scopes, uses }) => ({ names, scopes: [...scopes], uses }))
    .sort((a, b) => b.uses - a.uses)
}

/** Several schemes as one definition: one is the credential, the others are parameters beside it. */
function together(
  document: ApiDocument,
  names: readonly string[],
  schemes: ReadonlyMap<string, Located>,
  context: AuthContext,
): AuthDraft | undefined {
  let whole: AuthDraft = {}
  for (const name of names) {
    const at = schemes.get(name)
    const draft = at ? authOf(at, context) : `There is no security scheme ${name.slice(0, 100)}.`
    const fitting = typeof draft !== 'string' && whole.auth && draft.auth ? asParameter(name, draft) : draft
    if (typeof fitting === 'string' || !fitting) {
      const reason =
        typeof fitting === 'string' ? fitting : `${name.slice(0, 100)} cannot go beside another credential.`
      document.skipped.add({ path: at?.path ?? '/security', part: 'security', reason })
      return undefined
    }
    whole = joined(whole, fitting)
  }
  // A certificate is shown beside whatever else there is.
  return whole.auth
    ? whole
    : { ...whole, auth: { type: 'api_token' }, placement: { in: 'header', template: '' } }
}

function joined(first: AuthDraft, second: AuthDraft): AuthDraft {
  const { auth = second.auth, placement = second.placement, tls = second.tls } = first
  return {
    ...(auth && { auth }),
    ...(placement && { placement }),
    ...(tls && { tls }),
    parameters: [...(first.parameters ?? []), ...(second.parameters ?? [])],
    headers: { ...first.headers, ...second.headers },
    query: { ...first.query, ...second.query },
  }
}

/** Operations that are content with nothing of what the integration has. */
function skipUnmet(
  document: ApiDocument,
  operations: readonly DocumentOperation[],
  taken: readonly string[],
): void {
  const whole = member({ value: document.root, path: '' }, 'security')
  for (const operation of operations) {
    const written = member(operation.at, 'security') ?? whole
    const asked = entriesOf(written)
    const isMet = asked.some((each) => members(each).every(([name]) => taken.includes(name)))
    if (!written || asked.length === 0 || isMet) continue
    const reason = `It asks for another security scheme than ${taken.join(' and ').slice(0, 100)}, by which the integration authenticates.`
    document.skipped.add({ operation: nameOf(operation), path: written.path, part: 'security', reason })
  }
}

function skipOthers(
  document: ApiDocument,
  schemes: ReadonlyMap<string, Located>,
  taken: readonly string[],
): void {
  for (const [name, { path }] of schemes) {
    if (taken.includes(name)) continue
    const reason = `An integration has one way to authenticate, and it is by ${taken.join(' and ').slice(0, 100)}. For this one import with \`security\`: ${JSON.stringify(name.slice(0, 100))}.`
    document.skipped.add({ path, part: 'security', reason })
  }
}
