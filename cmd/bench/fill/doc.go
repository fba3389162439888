// Package fill grows a database of mockbank: it makes many rows out of those that a bank wrote, by statements that copy
// them within the database, so that what a table of millions costs can be measured on rows of the right columns.
package fill
