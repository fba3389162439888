// Command othersystems tells whether the program compiles for the other systems of a release: what is built for Linux alone
// all day may use what they have not got. It reads and checks as a compiler does, without making code, which would take
// minutes; of the libraries it checks only what they declare.
//
//	othersystems FOLDER
//
// Exit status: 0 it compiles, 1 it does not, or could not be looked at.
package main

import (
	"fmt"
	"os"
)

// systems are those of the releases that the tests do not run on.
var systems = []string{"darwin", "windows"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "othersystems: name the folder of the program")
		os.Exit(1)
	}
	well := true
	for _, system := range systems {
		mistakes, err := checkFor(system, os.Args[1])
		if err != nil {
			mistakes = append(mistakes, err.Error())
		}
		for _, mistake := range mistakes {
			fmt.Fprintf(os.Stderr, "%s: %s\n", system, mistake)
		}
		well = well && len(mistakes) == 0
	}
	if !well {
		os.Exit(1)
	}
}
