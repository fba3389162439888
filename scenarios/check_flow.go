package scenarios

func (f *flowCompiler) checkCircles() {}
func (f *flowCompiler) checkCounts()  {}
