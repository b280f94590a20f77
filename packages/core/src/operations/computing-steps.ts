import type { JsonValue, Step } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { Secret } from '../secret.ts'
import { type CalledAccount, calledAccount } from './called-account.ts'
import { evaluated, keptContextOf } from './evaluate.ts'
import { type Frame, type Outcome, scopeOf } from './frame.ts'
import {
  operationTemplate,
  renderEach,
  renderJson,
  renderMembers,
  renderText,
  renderValue,
  textOf,
} from './render.ts'
import type { Scope } from './scope.ts'
import { jwt } from './steps/jwt.ts'
import { validate } from './steps/validate.ts'
import { xml } from './steps/xml.ts'
import { zip } from './steps/zip.ts'

type Compute<K extends Step['kind']> = (
  frame: Frame,
  step: Extract<Step, { kind: K }>,
  more: Pick<Scope, 'error'>,
) => Promise<Outcome>

const valued = (value: unknown): Outcome => ({ kind: 'value', value: value as JsonValue | undefined })

/** Steps that call nobody: their templates are rendered, and what they say is done. */
export const computingSteps: {
  readonly [K in 'transform' | 'xml' | 'validate' | 'zip' | 'jwt']: Compute<K>
} = {
  async transform(frame, { expression }, more) {
    const { run } = frame
    return valued(await evaluated(run, expression, scopeOf(frame, more), keptContextOf(run)))
  },

  async xml(frame, step, more) {
    const from = renderJson(step.from, scopeOf(frame, more)) ?? null
    return valued(await xml({ ...step, from }, keptContextOf(frame.run)))
  },

  async validate(frame, step, more) {
    const from = renderJson(step.from, scopeOf(frame, more)) ?? null
    return valued(await validate({ ...step, from }, keptContextOf(frame.run)))
  },

  async zip(frame, step, more) {
    const scope = scopeOf(frame, more)
    const contents = renderEach(step.entries?.map(({ content }) => content) ?? [], scope)
    const entries = step.entries?.map(({ path, encoding }, at) => ({
      path: renderText(operationTemplate(path), scope, 'text'),
      content: contents[at] ?? '',
      encoding,
    }))
    const from = step.from === undefined ? undefined : textOf(renderValue(step.from, scope) ?? '')
    return valued(await zip({ ...step, entries, from }, keptContextOf(frame.run)))
  },

  async jwt(frame, step, more) {
    const account = await calledAccount(frame, step.adapter)
    const scope = scopeOf(frame, { ...more, account: account.target.account.parameters })
    const header = step.header && renderMembers(step.header, scope)
    const payload = renderMembers(step.payload, scope)
    const key = signingKey(account, step.key)
    const token = jwt({ ...step, header, payload }, { key, clock: frame.run.ports.clock })
    // Whoever is shown a request must not have what an API would take from anybody.
    return valued(frame.run.isDry ? token.replace(/[^.]*$/, '***') : token)
  },
}

/** A secret parameter, or a field of the secret as `secret.privateKey`. @throws SallyportError account_incomplete */
function signingKey({ target }: CalledAccount, name: string): Secret {
  const { secret, parameters } = target.credential
  const isField = name.startsWith('secret.')
  const [from, member] = isField ? [secret, name.slice('secret.'.length)] : [parameters, name]
  const key = Object.hasOwn(from, member) ? from[member] : undefined
  if (key) return key
  const message = `The account has no secret ${name}, by which the step signs. Set it on the account.`
  throw new SallyportError('account_incomplete', { message })
}
