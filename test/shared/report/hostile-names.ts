const LONG = "long name ".repeat(1000);

/** Column names that would break a page or mislead its reader, and how they have to appear. */
export const HOSTILE_NAMES: readonly { readonly name: string; readonly shown: string }[] = [
  { name: "<script>alert(1)</script>", shown: "<script>alert(1)</script>" },
  { name: '"><img src=x onerror=alert(2)>', shown: '"><img src=x onerror=alert(2)>' },
  { name: "' onclick='alert(3)", shown: "' onclick='alert(3)" },
  { name: "</style></table></main>", shown: "</style></table></main>" },
  { name: "&lt;b&gt;", shown: "&lt;b&gt;" },
  { name: "<!-- -->]]>", shown: "<!-- -->]]>" },
  { name: "$" + "{7*7} {{7*7}}", shown: "$" + "{7*7} {{7*7}}" },
  { name: "abc\u202egnp.exe", shown: "abc\\u202egnp.exe" },
  { name: "tab\tnul\u0000end", shown: "tab\\u0009nul\\u0000end" },
  { name: "zero\u200bwidth", shown: "zero\\u200bwidth" },
  { name: "lone \ud800 half", shown: "lone \\ud800 half" },
  { name: "tag \u{e0041}", shown: "tag \\u{e0041}" },
  { name: "עברית", shown: "עברית" },
  { name: "__proto__x", shown: "__proto__x" },
  {
    name: LONG,
    shown: `${LONG.slice(0, 96)} … ${LONG.slice(-24)} (10,000 characters)`,
  },
];
