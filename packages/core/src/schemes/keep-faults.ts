import { type Fault, pointer } from '@sallyport/contract'
import { type Block, record } from './login-templates.ts'

/** Kept values are shown on the account, so that no path may keep what is a token. */
export function keepFaults(path: string, reply: unknown): Fault[] {
  const { accessToken, refreshToken, tokens, keep }: Block = record(reply)
  const secret = new Set([accessToken, refreshToken, ...Object.values(record(tokens))])
  return Object.entries(record(keep))
    .filter(([, from]) => secret.has(from))
    .map(([name]) => ({
      path: `${path}/keep${pointer([name])}`,
      code: 'secret_shown',
      message: 'This is a token, and kept values are shown. Remove it; templates have it as {token}.',
    }))
}
