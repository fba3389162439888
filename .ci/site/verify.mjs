// Checks a built site: each link within it leads to a page that is there, and to a heading that is on it, and no page loads a
// script, a style, a font or a picture from elsewhere.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";

const [site, base] = process.argv.slice(2);
const files = readdirSync(site, { recursive: true }).map(String);
const pages = new Map(files.filter((name) => name.endsWith(".html")).map((name) => [name, readFileSync(join(site, name), "utf8")]));
const faults = [];
let links = 0;

const ids = new Map();
for (const [name, text] of pages) ids.set(name, new Set([...text.matchAll(/\sid="([^"]+)"/g)].map((found) => found[1])));

// target returns the file that a link of a page leads to.
function target(page, path) {
  if (path === "") return page;
  const place = path.startsWith("/") ? path.slice(base.length) : posix.join(posix.dirname(page), path);
  return [place, place + ".html", posix.join(place, "index.html")].find((name) => name !== "" && existsSync(join(site, name)) && name.includes("."));
}

for (const [page, text] of pages) {
  if (page === "404.html") continue;
  for (const [, href] of text.matchAll(/<a\s[^>]*?href="([^"]*)"/g)) {
    if (/^[a-z]+:/i.test(href)) continue;
    links++;
    const [path, anchor] = decodeURIComponent(href.replaceAll("&amp;", "&")).split("#");
    const file = target(page, path);
    if (!file) faults.push(`${page} links to ${href}, which is not there`);
    else if (anchor && ids.has(file) && !ids.get(file).has(anchor)) faults.push(`${page} links to ${href}, whose heading is not there`);
  }
  for (const [tag] of text.matchAll(/<(?:script|link|img|iframe|source|video)\s[^>]*>/g)) {
    if (/\s(?:src|href|srcset)="(?:https?:)?\/\//.test(tag)) faults.push(`${page} loads something from elsewhere: ${tag}`);
  }
}
for (const name of files.filter((name) => name.endsWith(".css"))) {
  if (/(?:url\(|@import)\s*["']?(?:https?:)?\/\//.test(readFileSync(join(site, name), "utf8"))) faults.push(`${name} loads something from elsewhere`);
}
if (links < 100) faults.push(`only ${links} links were found`);
if (faults.length > 0) {
  console.error([...new Set(faults)].join("\n"));
  process.exit(1);
}
console.log(`${pages.size} pages, ${links} links: all are there`);
