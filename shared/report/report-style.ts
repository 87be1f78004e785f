import { Html } from "./html.ts";

/** The style of every report: one ink, one accent for what is measured, one for what is wrong. */
export const REPORT_STYLE = new Html(`
:root{
  color-scheme:light dark;--paper:#fffefa;--ink:#1d1d1b;--soft:#66645d;--rule:#dedbd2;
  --base:#d5d2c6;--line:#8d897c;--now:#1b5e91;--bad:#b02a12;--odd:#8a5a00
}
@media(prefers-color-scheme:dark){
  :root{
    --paper:#161614;--ink:#e8e6df;--soft:#a5a298;--rule:#35342f;--base:#45433c;--line:#8f8b7e;
    --now:#84bdea;--bad:#ff8f76;--odd:#e2b44f
  }
}
*{box-sizing:border-box}
body{
  margin:0;background:var(--paper);color:var(--ink);
  font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;
  font-variant-numeric:tabular-nums lining-nums
}
main{max-width:1040px;margin:0 auto;padding:40px 20px 64px}
header{max-width:44em;margin-bottom:40px}
h1{
  font:400 30px/1.22 ui-serif,"Iowan Old Style",Palatino,"Palatino Linotype",Georgia,serif;
  margin:4px 0 14px;overflow-wrap:anywhere
}
h2{
  font:400 21px/1.3 ui-serif,"Iowan Old Style",Palatino,"Palatino Linotype",Georgia,serif;
  margin:44px 0 8px
}
h3{font-size:15px;font-weight:600;margin:0 0 8px;overflow-wrap:anywhere}
p{margin:0 0 8px;overflow-wrap:anywhere}
.o{text-transform:uppercase;letter-spacing:.09em;font-size:12px;font-weight:600}
.n{color:var(--soft);font-size:13px}
.violated{color:var(--bad)}
.inconclusive{color:var(--odd)}
.passed{color:var(--soft)}
.unchecked{color:var(--soft)}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:3px}
table{border-collapse:collapse;font-size:13px}
th{font-weight:400;text-align:left;overflow-wrap:anywhere}
td,th{padding:1px 0 1px 14px;vertical-align:baseline}
tr>:first-child{padding-left:0}
td{text-align:right}
td.l{text-align:left}
tr:first-child th{white-space:nowrap;color:var(--soft);text-align:right;font-size:12px}
tr:first-child th:first-child,tr th.l{text-align:left}
.w{overflow-x:auto}
.v{width:100%}
.v td,.v th{padding-top:5px;padding-bottom:5px;border-top:1px solid var(--rule)}
.v tr:first-child th{border-top:0}
.v th:first-child{min-width:9em;max-width:20em}
.v td{white-space:nowrap}
.v td.e{white-space:normal;min-width:16em;color:var(--soft);overflow-wrap:anywhere}
.f{
  display:grid;grid-template-columns:236px minmax(0,1fr);gap:8px 40px;padding:20px 0 16px;
  border-top:1px solid var(--rule);break-inside:avoid
}
.f>*{min-width:0}
.c{width:100%}
.c th:first-child{color:var(--soft)}
.c td{white-space:nowrap}
tr.violated>*,tr.violated>:first-child{color:var(--bad)}
tr.inconclusive>*,tr.inconclusive>:first-child{color:var(--odd)}
tr.passed>td{color:var(--ink)}
.d{display:grid;grid-template-columns:1fr 1fr;gap:28px}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:21px;fill:var(--soft)}
svg path{fill:none;stroke-width:3;stroke-linejoin:round}
svg .ba{fill:var(--base)}
svg .bl{stroke:var(--line)}
svg .wl{stroke:var(--now)}
svg .wb{fill:var(--now)}
svg .x{stroke:var(--line);stroke-width:1.5}
svg path.g{stroke:var(--soft)}
svg text.g{paint-order:stroke;stroke:var(--paper);stroke-width:6px}
.far path.g{stroke:var(--bad)}
.far text.g{fill:var(--bad)}
.k{width:100%;table-layout:fixed;margin-bottom:10px}
.k th:first-child{width:32%}
.k th:nth-child(n+3){width:5.4em}
.k em{color:var(--bad);font-style:normal}
.k .p{position:relative;padding:0}
.k s,.k b{
  position:absolute;left:14px;height:12px;top:5px;background:var(--base);
  max-width:calc(100% - 14px)
}
.k b{height:4px;top:9px;background:var(--now)}
.u,.t{width:100%;font-size:12px;table-layout:fixed}
.u{margin-top:10px}
.u.few{width:46%}
.u th:first-child,.t th{color:var(--soft)}
.u td:first-child,.u th:first-child,.t th{width:5.2em}
.t{margin-top:2px}
.t td{text-align:left}
.t .s{width:50%}
.t td:last-child{color:var(--soft)}
.t i{display:inline-block;height:5px;vertical-align:middle;background:var(--base)}
.t .same{background:var(--now)}
.t tr .other{background:var(--bad)}
.t tr i.missing{
  background:repeating-linear-gradient(-45deg,var(--bad) 0 1.5px,transparent 1.5px 4px)
}
.key{display:inline-block;width:22px;height:10px;margin:0 6px 0 0;background:var(--base)}
.kw{height:3px;background:var(--now);vertical-align:middle;margin-left:14px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
:focus-visible{outline:2px solid var(--now);outline-offset:2px}
@media(max-width:760px){
  main{padding:24px 16px 48px}
  h1{font-size:25px}
  .f{grid-template-columns:minmax(0,1fr)}
}
@media(max-width:560px){
  .d{grid-template-columns:1fr}
  .u.few{width:100%}
  .u tbody{display:flex}
  .u tr{flex:1}
  .u tr:first-child{flex:0 0 6em}
  .u td,.u th,.u tr>:first-child{display:block;width:auto;padding:0;text-align:right}
  .u tr:first-child>*{text-align:left;min-height:1.45em}
  .t .s{width:34%}
}
@media print{
  *{print-color-adjust:exact}
  body{font-size:13px}
  main{max-width:none;padding:0}
  .w{overflow:visible}
  a{text-decoration:none}
  :root{--paper:#fff}
}
`);
