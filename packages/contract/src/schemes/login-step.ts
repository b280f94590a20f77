import { z } from 'zod'
import { TokenReplyPaths } from './reply-paths.ts'
import { RequestTemplate } from './request-template.ts'

const url = z.string().min(1).max(4096).meta({ format: 'template' })

/** A request before the login itself, whose reply gives what that one needs: the first half of a login. */
export const LoginStep = z.strictObject({
  url,
  ...RequestTemplate.shape,
  reply: TokenReplyPaths.pick({ tokens: true, keep: true, error: true }).default({}),
})
export type LoginStep = z.infer<typeof LoginStep>
