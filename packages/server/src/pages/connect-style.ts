/** The look of the page on which people connect accounts, light and dark. What is pressed has the colour that is set. */
export const connectStylesheet = `:root { color-scheme: light dark; --brand: #2257bf; --on-brand: #fff; --accent: #2257bf; --line: #767676; --soft: #8883; --alert: #b3261e; --card: #fff; --back: #f3f4f6; --text: #1c1f24; }
@media (prefers-color-scheme: dark) { :root { --accent: #8db4ff; --alert: #ff8a80; --card: #1d2026; --back: #121418; --text: #e8eaee; --line: #8b8f98; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1.0625rem/1.55 system-ui, sans-serif; background: var(--back); color: var(--text); }
main { max-width: 30rem; margin: 8vh auto 1.5rem; padding: 1.75rem 2rem 2rem; background: var(--card); border: 1px solid var(--soft); border-top: .3rem solid var(--brand); border-radius: .6rem; }
.head { display: flex; align-items: flex-start; gap: .9rem; }
.head svg { width: 3rem; height: 3rem; flex: none; }
.title { font-size: .9rem; margin: 0; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
p, li { overflow-wrap: anywhere; }
.alert { margin: 1.2rem 0; padding: .6rem 1rem; border: 1px solid var(--alert); border-left-width: .3rem; border-radius: .4rem; }
.alert p { margin: 0 0 .4rem; }
blockquote { margin: .4rem 0 0; padding-left: .8rem; border-left: .2rem solid var(--line); overflow-wrap: anywhere; }
label { display: block; font-weight: 600; margin-top: 1.1rem; overflow-wrap: anywhere; }
label small, .hint { font-size: .9rem; font-weight: 400; }
.hint { margin: .25rem 0 0; }
.fault { margin: .3rem 0 0; font-size: .95rem; color: var(--alert); }
.check { display: flex; gap: .6rem; align-items: baseline; }
input:not([type=checkbox]), select, textarea { width: 100%; font: inherit; margin-top: .3rem; padding: .6rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); color: inherit; }
textarea { min-height: 7rem; font-family: ui-monospace, monospace; font-size: .9rem; }
[aria-invalid=true] { border-color: var(--alert) !important; border-width: 2px !important; }
button, .button { display: block; width: 100%; text-align: center; font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .7rem 1.2rem; border: 1px solid #0000; border-radius: .4rem; background: var(--brand); color: var(--on-brand); cursor: pointer; text-decoration: none; overflow-wrap: anywhere; }
.cancel { text-align: center; margin: 1rem 0 0; }
.code { font: 600 1.6rem/1.4 ui-monospace, monospace; letter-spacing: .08em; }
dt { font-size: .9rem; margin-top: 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
:is(input, select, textarea, button, a):focus-visible { outline: .2rem solid var(--accent); outline-offset: .15rem; }
footer { max-width: 30rem; margin: 0 auto 3rem; padding: 0 1rem; text-align: center; font-size: .9rem; }
footer ul { list-style: none; display: flex; flex-wrap: wrap; justify-content: center; gap: .4rem 1.2rem; margin: 0; padding: 0; }
footer :is(a, span) { display: inline-block; padding: .3rem; }
@media (max-width: 34rem) { main { margin: 0 0 1.5rem; border-radius: 0; border-left: 0; border-right: 0; } }
`

/** The colour of an environment's page, as a stylesheet; text on it is whichever of black and white reads better. */
export function accentStylesheet(hex: string): string {
  const luminance = luminanceOf(hex)
  const onWhite = 1.05 / (luminance + 0.05)
  return `:root { --brand: #${hex}; --on-brand: ${onWhite >= 4.5 ? '#fff' : '#000'}; }\n`
}

/** WCAG 2.2, relative luminance. */
function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
