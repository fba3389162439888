// Package diagram draws what a scenario does: its steps, the ways between them, and its import.
//
// A [Drawing] is the graph, free of any format. It writes itself as DOT for Graphviz, as Mermaid for
// Markdown pages, and as SVG, for which dagre (the layout library that Mermaid uses, embedded) finds
// the places. Texts of scenarios are escaped in each of them.
package diagram
