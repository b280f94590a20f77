import type { LoginProvider } from '@sallyport/core'
import { form } from './form.ts'

/** A button for each identity provider; what goes along unseen is the same for all. */
export function providerForms(
  providers: readonly LoginProvider[],
  {
    action,
    hidden = {},
  }: { readonly action: string; readonly hidden?: Readonly<Record<string, string | undefined>> },
): string {
  return providers
    .map(({ id, name }) =>
      form({ action, hidden: { ...hidden, provider: id }, fields: [], button: `Log in with ${name}` }),
    )
    .join('\n')
}
