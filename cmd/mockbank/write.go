package main

import (
	"errors"
	"io/fs"
)

func exists(err error) bool { return errors.Is(err, fs.ErrExist) }
