package store

import "strings"

// columns lists the columns of a table.
type columns []string

func columnsOf(names string) columns { return strings.Fields(names) }

// list is what a SELECT or an INSERT names.
func (c columns) list() string { return strings.Join(c, ", ") }

// of is as list, of a table with another name.
func (c columns) of(name string) string { return name + "." + strings.Join(c, ", "+name+".") }

// set is what an UPDATE sets.
func (c columns) set() string { return strings.Join(c, " = ?, ") + " = ?" }

// places is a row of n values to be filled in: (?, ?, ?).
func places(n int) string {
	return "(" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")"
}

// insert adds rows to a table, all in one statement.
func insert(table string, c columns, rows int) string {
	row := places(len(c))
	return "INSERT INTO " + table + " (" + c.list() + ") VALUES " + row + strings.Repeat(", "+row, rows-1)
}
