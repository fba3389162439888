//go:build !linux

package main

import "fmt"

// diskFaults are tried on Linux alone.
var diskFaults []fault

func mountSmall(*bank) (unmount func(), err error) {
	return nil, fmt.Errorf("%w: a file system of its own is made on Linux alone", errCannot)
}
