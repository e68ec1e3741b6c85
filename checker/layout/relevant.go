package layout

import (
	"path"
	"slices"
	"strings"
)

// storeExtensions are what stores are called by.
var storeExtensions = []string{
	".jks", ".p12", ".pfx", ".pkcs12", ".jceks", ".bks", ".uber", ".ubr", ".bcfks", ".keystore", ".truststore", ".cacerts",
}

// Relevant tells whether a change of a file can change what a check finds: a deployment.toml, a YAML file, which may carry
// one, a store by its extension, a Dockerfile, a pom.xml, an SSL profile, a file of variables, a Synapse artifact, a CApp, the product's version or defaults, or the checker's own configuration, policies,
// baseline and waivers. The path is slash-separated; letters of either case count.
func Relevant(name string) bool {
	name = strings.ToLower(name)
	base := path.Base(name)
	switch base {
	case fileName, "pom.xml", ".mi-kscheck.toml", "version.txt", "secret-conf.properties", "cacerts",
		"default.json", "key-mappings.json", "infer.json", "listenerprofiles.xml", "senderprofiles.xml",
		"password-tmp", "password-persist", "password-tmp.txt", "password-persist.txt":
		return true
	}
	switch ext := path.Ext(base); {
	case slices.Contains(storeExtensions, ext):
		return true
	case slices.ContainsFunc(dockerfileNames, func(n string) bool { return base == strings.ToLower(n) }):
		return true
	case strings.HasPrefix(base, "dockerfile.") || ext == ".dockerfile" || base == ".dockerignore":
		return true
	case ext == ".rego", ext == ".env", isCApp(base), manifestName(base):
		return true
	case ext == ".xml":
		dir := path.Dir(name)
		return path.Base(dir) == "sslprofiles" || strings.Contains(base, "sslprofile") || strings.Contains(base, "listenerprofile") ||
			strings.Contains(base, "senderprofile") || artifact(name)
	}
	return strings.Contains(base, "mi-kscheck")
}

// artifact tells by its path that a file is a Synapse artifact.
func artifact(name string) bool {
	for _, dir := range append(projectArtifacts, deployedArtifacts) {
		if strings.Contains("/"+name, "/"+dir+"/") {
			return true
		}
	}
	return false
}

// AnyRelevant tells whether what is staged has to be judged at all: one of the names is relevant, or is itself one of the paths
// of the command line.
func AnyRelevant(names, paths []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return Relevant(name) || slices.Contains(paths, name) })
}
