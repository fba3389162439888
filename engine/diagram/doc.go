// Package diagram draws what a scenario does: its steps, the ways between them, and its import.
//
// A [Drawing] is the graph, free of any format. It writes itself as DOT for Graphviz, as Mermaid for
// Markdown pages, and as SVG, for which a layered layout of its own finds the places: boxes in ranks from
// top to bottom (rank.go), ordered so that few lines cross (order.go), and set so that lines run straight
// (place.go). Texts of scenarios are escaped in each of them.
package diagram
