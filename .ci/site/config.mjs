// How the site is made of the pages. The tree's own links hold: a page is at the place that its file has, a README is its
// folder's page, and what is no page of the site is shown where the source is.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";

const source = join(dirname(fileURLToPath(import.meta.url)), "..", "pages");
const repository = "https://github.com/mockbank/mockbank/blob/main/";

const asIndex = (path) => path.replace(/(^|\/)README\.md$/, "$1index.md");

// slug is what GitHub makes of a heading, so that one link serves both.
const slug = (heading) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");

// siteLinks turns the links of a page into those of the site.
function siteLinks(md) {
  md.core.ruler.push("site_links", (state) => {
    const folder = posix.dirname(relative(source, state.env.path));
    for (const token of state.tokens.flatMap((block) => block.children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (!href || /^([a-z]+:|#|\/)/i.test(href)) continue;
      const [path, anchor] = href.split("#");
      const place = posix.join(folder, path);
      if (!existsSync(join(process.env.TREE, place))) throw new Error(`${relative(source, state.env.path)} links to ${href}, which is not there`);
      const there = existsSync(join(source, place)) && place.endsWith(".md");
      token.attrSet("href", (there ? asIndex(path) : repository + place) + (anchor ? `#${anchor}` : ""));
    }
  });
}

// The sidebar is the list of docs/README.md: a heading, and the links beneath it.
function sidebar() {
  const groups = [];
  for (const line of readFileSync(join(source, "docs/README.md"), "utf8").split("\n")) {
    const heading = line.match(/^## (.*)$/);
    if (heading) groups.push({ text: heading[1], items: [] });
    if (!line.startsWith("| [")) continue;
    for (const [, text, path] of line.split("|")[1].matchAll(/\[([^\]]+)\]\(([^)#]+)\)/g)) {
      const place = posix.join("docs", path);
      if (existsSync(join(source, place))) groups.at(-1).items.push({ text, link: "/" + asIndex(place).replace(/(index)?\.md$/, "") });
    }
  }
  const listed = groups.flatMap((group) => group.items.map((item) => item.link));
  for (const page of readdirSync(join(source, "docs"), { recursive: true }).filter((name) => name.endsWith(".md"))) {
    const link = "/docs/" + asIndex(page).replace(/(index)?\.md$/, "");
    const within = /^\/docs\/(decisions|performance)\//.test(link); // their own page lists them
    if (link !== "/docs/" && !within && !listed.includes(link)) throw new Error(`docs/README.md does not list docs/${page}`);
  }
  return groups;
}

export default defineConfig({
  title: "mockbank",
  description: "A bank that fails on demand, as YAML scenarios say",
  lang: "en",
  base: process.env.SITE_BASE ?? "/",
  srcDir: "pages",
  outDir: "site",
  rewrites: asIndex,
  cleanUrls: false,
  lastUpdated: false,
  markdown: { anchor: { slugify: slug }, config: siteLinks, html: false },
  themeConfig: {
    nav: [{ text: "Documentation", link: "/docs/" }, { text: "Changelog", link: "/CHANGELOG" }, { text: "Source", link: repository }],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: "local" }, // built with the site; nothing is asked elsewhere
  },
});
