package keystore

func walksAsBKS([]byte) bool { return false }
