import { createHash } from 'node:crypto'
import type { ProviderReply } from './message.ts'

const style = `
:root { color-scheme: light dark; --ink: #1c2026; --soft: #59616d; --paper: #f4f5f7; --card: #fff; --line: #d8dce2;
  --accent: #1f5fd0; --on-accent: #fff; --note: #fff6dd; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --soft: #a3abb8; --paper: #14161a; --card: #1d2026;
  --line: #353b45; --accent: #7ba9ff; --on-accent: #0b1730; --note: #3a3218; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem; min-height: 100vh; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; display: grid; place-items: center; }
main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25; }
p, ul { margin: 0 0 1rem; }
.note { padding: .75rem 1rem; background: var(--note); border-radius: .5rem; }
.soft { color: var(--soft); font-size: .9rem; }
form { display: flex; gap: .75rem; margin: 1.5rem 0 0; }
button { flex: 1; padding: .65rem 1rem; border: 1px solid var(--line); border-radius: .5rem; font: inherit;
  font-weight: 600; background: transparent; color: inherit; cursor: pointer; }
button.allow { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`

// Browsers hold every redirect that follows a form to `form-action`, and the client's callback may send the
// person on to yet another site, so no list of origins can be right: only the schemes can be named.
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self' http: https:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A page without script; `content` is HTML, so whatever came from outside must have been escaped. */
export function htmlPage(status: number, title: string, content: string): ProviderReply {
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`,
  }
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
