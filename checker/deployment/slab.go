package deployment

// slab hands out values from blocks: a file has many keys, and for each of them half a dozen small structs would be
// allocated one by one.
type slab[T any] struct{ free []T }

const slabBlock = 32

func (s *slab[T]) new() *T { return &s.slice()[0] }

// slice gives a slice of one element that grows into memory of its own.
func (s *slab[T]) slice() []T {
	if len(s.free) == 0 {
		s.free = make([]T, slabBlock)
	}
	one := s.free[:1:1]
	s.free = s.free[1:]
	return one
}
