import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ownUser } from '../../api/queries.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Section } from '../../ui/page.tsx'
import classes from './settings.module.css'
import { SettingsPage } from './settings-page.tsx'

/** How everything is kept safe, and how long what happened is kept: by whoever runs Sallyport, not from here. */
export function BackupPage() {
  const realm = useQuery(ownUser).data?.realm.name
  const named = realm === undefined || realm === 'default' ? '' : ` --realm ${realm}`
  return (
    <SettingsPage
      title="Backup and retention"
      tells="Both belong to the whole deployment: whoever runs it does this on its machine. Nothing of it is set here."
    >
      <Section title="Make a backup">
        <p>
          A backup holds everything of a realm, and opens nothing. The outer keys open everything, and hold
          nothing. Keep both, apart from each other: without the keys a backup is lost.
        </p>
        <Command
          text={`sallyport backup${named} /backups/sallyport.gz`}
          label="Copy the command for a backup"
        />
        <p>Nodes go on meanwhile. To see that a backup is whole, and that your outer keys open it:</p>
        <Command
          text="sallyport restore --check /backups/sallyport.gz"
          label="Copy the command for a check"
        />
        <p className={classes.note}>
          Sallyport does not know when the last one was made: it writes to a file of yours. Definitions alone
          are taken along by <Link to="/settings/transfer">an export</Link>, which is no backup: it has no
          accounts and no people.
        </p>
      </Section>
      <Section title="How long what happened is kept">
        <Facts
          facts={{
            'Events of accounts': (
              <>
                30 days, or <code>SALLYPORT_EVENT_DAYS</code>
              </>
            ),
            Calls: (
              <>
                as long, within 256 MB, or <code>SALLYPORT_CALL_EVENT_MEGABYTES</code>
              </>
            ),
            Traces: 'the latest hundred of each account',
            Audit: 'for good: nobody deletes from it',
          }}
        />
      </Section>
    </SettingsPage>
  )
}

function Command({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={classes.copied}>
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  )
}
