import { Section } from '../../ui/page.tsx'
import { Exporting } from './exporting.tsx'
import { Importing } from './importing.tsx'
import { Recipients } from './recipients.tsx'
import { SealedExporting } from './sealed-exporting.tsx'
import { SettingsPage } from './settings-page.tsx'

/** Takes what is defined elsewhere, or takes it over. */
export function TransferPage() {
  return (
    <SettingsPage
      title="Export and import"
      tells="What an organization has defined is one document: review it, keep its versions, or take it to another organization, deployment or realm."
    >
      <Section title="Export definitions">
        <Exporting />
      </Section>
      <Section title="Export with secrets and accounts">
        <SealedExporting />
      </Section>
      <Section title="Import">
        <Importing />
      </Section>
      <Section title="Keys for what is imported here">
        <Recipients />
      </Section>
    </SettingsPage>
  )
}
