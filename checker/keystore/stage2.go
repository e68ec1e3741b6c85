package keystore

func walksAsBKS([]byte) bool { return false }

func (w *walker) sealedObject(Limits) []byte { return nil }
