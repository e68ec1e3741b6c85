package product

// ParseForBenchmark parses a version's data anew; For does it once.
func ParseForBenchmark(file string) { load(file, file) }
