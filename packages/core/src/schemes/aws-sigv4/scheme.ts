import type { AuthOf } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { signedHeaders } from '../../signature-v4.ts'
import type { Scheme, TemplateField } from '../scheme.ts'

/** AWS Signature Version 4: each request is signed with the account's access key. */
export const awsSigv4Scheme: Scheme = {
  templates: (auth) =>
    ['region', 'service'].flatMap((name): TemplateField[] => {
      const text = auth[name]
      return typeof text === 'string' ? [{ path: `/auth/${name}`, text, slot: 'header' }] : []
    }),
  faults: () => [],
  placeable: () => [],
  defaultPlacement: [],
  connects: () => 'given',
  asks: () => [
    { name: 'accessKeyId', isRequired: true, isShown: true },
    { name: 'secretAccessKey', isRequired: true },
    { name: 'sessionToken' },
  ],
  secretFaults: (_, given) =>
    ['accessKeyId', 'secretAccessKey']
      .filter((name) => given[name] === undefined)
      .map((name) => ({
        path: `/secret/${name}`,
        code: 'required',
        message: 'Give both halves of the access key.',
      })),
  renewable: () => false,
  authErrors: () => ({ statuses: [401, 403] }),
  renewal: () => ({}),
  place: () => ({ headers: [], query: [] }),
  signing: {
    signs: () => true,
    coversBody: () => true,
    sign({ clock }, connection, { secret }, request) {
      const auth = connection.definition.auth as AuthOf<'aws_sigv4'>
      const service = connection.render(auth.service, 'header')
      if (request.body === 'unread' && service !== 's3') throw new SallyportError('body_too_large')
      const headers = signedHeaders({
        ...request,
        host: request.origin.replace(/^\w+:\/\//, ''),
        region: connection.render(auth.region, 'header'),
        service,
        accessKeyId: secret.accessKeyId?.reveal() ?? '',
        secretAccessKey: secret.secretAccessKey?.reveal() ?? '',
        sessionToken: secret.sessionToken?.reveal(),
        now: clock.now(),
      })
      return { headers, query: [] }
    },
  },
  token: () => undefined,
}
