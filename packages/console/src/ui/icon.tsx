/** Lines on a field of 24 by 24. */
const paths = {
  passage: 'M4 21V12a8 8 0 0 1 16 0v9h-4.5v-8.5a3.5 3.5 0 0 0-7 0V21z',
  overview: 'M4 13h6V4H4zm0 7h6v-4H4zm10 0h6v-9h-6zm0-16v4h6V4z',
  integrations: 'M9 3v5m6-5v5M6 8h12v4a6 6 0 0 1-12 0zm6 10v3',
  accounts: 'M9 7H7a5 5 0 0 0 0 10h2m6-10h2a5 5 0 0 1 0 10h-2m-7-5h8',
  apps: 'M4 4h6v6H4zm10 0h6v6h-6zM4 14h6v6H4zm13 0v6m-3-3h6',
  keys: 'M14.5 9.5a5 5 0 1 0-4 4.9L12 16h2v2h2v2h4v-3.5l-5.6-5.6m-5.9-3.4v.1',
  events: 'M3 12h4l3-8 4 16 3-8h4',
  audit: 'M12 3l7.5 3v5.5c0 4.5-3 7.8-7.5 9.5-4.5-1.7-7.5-5-7.5-9.5V6zM9 12l2.2 2.2L15.5 10',
  operations: 'M3.5 5h17v14h-17zM7.5 9.5l3 2.5-3 2.5m5.5 0h3.5',
  oauthClients: 'M3 5h18v14H3zm5.5 9.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM14 10h4m-4 4h3',
  settings: 'M4 7h9m5 0h2M4 17h3m5 0h8M15.5 4.5v5m-6 5v5',
  good: 'M5 12.5l4.5 4.5L19 7.5',
  warn: 'M12 4L2.5 20h19zm0 6v4.5m0 2.5v.1',
  bad: 'M6.5 6.5l11 11m0-11l-11 11',
  calm: 'M5 12h14',
} as const

export type IconName = keyof typeof paths

/** A sign beside words, never in place of them. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
