package scenarios

func (c *compiler) lint(main *unit) {}
