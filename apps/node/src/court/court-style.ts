/** The style of the court's pages: calm, one column, good at 390 px and on paper. */
export const COURT_STYLE = `
:root { color-scheme: light; --ink: #1b2430; --quiet: #5a6573; --line: #d9dee5; --accent: #17437f; --proven: #1a6b3c; --must: #a61b1b; --watch: #8a5a00; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.65 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; color: var(--ink); background: #f5f7f9; }
header, main, footer { max-width: 860px; margin: 0 auto; padding: 12px 16px; }
header { display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; border-bottom: 1px solid var(--line); }
header strong { font-size: 17px; } header nav { margin-left: auto; }
a { color: var(--accent); }
body.wide header, body.wide main, body.wide footer { max-width: 1080px; }
footer { padding-bottom: 24px; }
ul.next { margin: 0; padding-left: 20px; } .lines { white-space: pre-line; } td.end { white-space: nowrap; }
h1 { font-size: 20px; margin: 12px 0 4px; } h2 { font-size: 16px; margin: 20px 0 6px; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; margin: 12px 0; }
form label { display: block; font-weight: 600; margin-bottom: 4px; }
form .line { display: flex; gap: 8px; flex-wrap: wrap; }
input { flex: 1 1 220px; min-width: 0; font: inherit; padding: 8px 10px; border: 1px solid #aab4c0; border-radius: 6px; }
button { font: inherit; padding: 8px 18px; border: 0; border-radius: 6px; background: var(--accent); color: #fff; cursor: pointer; }
.quiet { color: var(--quiet); } .small { font-size: 13px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.break { overflow-wrap: anywhere; } .code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; }
.verdict { font-size: 19px; font-weight: 700; }
.good { color: var(--proven); } .bad { color: var(--must); } .open { color: var(--watch); }
dl { display: grid; grid-template-columns: minmax(96px, max-content) 1fr; gap: 4px 14px; margin: 8px 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
ol.checks { list-style: none; padding: 0; margin: 0; } ol.checks li { padding: 6px 0; border-top: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 6px 8px; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
@media (max-width: 560px) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
  table, tbody, tr, td { display: block; } thead { display: none; } tr { border-top: 1px solid var(--line); padding: 8px 0; } td { border: 0; padding: 2px 0; }
  td::before { content: attr(data-name) " "; color: var(--quiet); font-size: 13px; }
}
@media print {
  body { background: #fff; font-size: 11pt; } header nav, form, .no-print { display: none; }
  header, main, footer, body.wide header, body.wide main, body.wide footer { max-width: none; padding: 0; } .card { border: 0; padding: 0; border-radius: 0; }
  .good, .bad, .open, a { color: #000; } a { text-decoration: none; }
  tr, li { break-inside: avoid; } @page { size: A4; margin: 18mm 16mm; }
}
`
