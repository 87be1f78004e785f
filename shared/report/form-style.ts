import { Html } from "./html.ts";
import { REPORT_STYLE } from "./report-style.ts";

/** The style of pages that ask for a decision: the reports', and what forms need. */
export const FORM_STYLE = new Html(`${REPORT_STYLE.markup}
form{max-width:44em;border-top:2px solid var(--ink);margin-top:44px;padding-top:4px}
form h2{margin-top:22px}
section>h3{margin-top:22px}
button+p{margin-top:12px}
fieldset{border:0;margin:0 0 18px;padding:0}
legend,.q{display:block;padding:0;font-weight:600;margin-bottom:4px}
.r{display:block;padding:5px 0}
input,textarea,button{font:inherit;color:inherit}
.r input{width:18px;height:18px;margin:0 8px 0 0;vertical-align:-3px;accent-color:var(--now)}
.i{
  display:block;width:100%;padding:8px 10px;margin-bottom:18px;background:transparent;
  border:1px solid var(--line);border-radius:3px
}
.i.s{width:9em}
button{
  padding:9px 20px;background:var(--ink);color:var(--paper);border:1px solid var(--ink);
  border-radius:3px;cursor:pointer
}
.a{border-left:3px solid var(--bad);padding:2px 0 2px 12px}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 16px;margin:0;font-size:13px}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
@media(max-width:560px){
  dl{grid-template-columns:minmax(0,1fr);gap:0}
  dd{margin-bottom:8px}
  button{width:100%}
}
`);
