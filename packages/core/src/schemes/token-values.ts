import type { TemplateValues } from '../template/render.ts'
import { revealAll } from './reveal.ts'
import type { Tokens } from './scheme.ts'

/** Tokens as template values: `{token}`, `{token.accessToken}`, `{token.refreshToken}` and the named ones. */
export function tokenValues(tokens: Tokens | undefined): TemplateValues {
  if (!tokens) return {}
  const { accessToken, refreshToken, named = {} } = tokens
  return {
    ...revealAll(named, 'token.'),
    ...revealAll({ token: accessToken }),
    ...revealAll({ accessToken, ...(refreshToken && { refreshToken }) }, 'token.'),
  }
}
