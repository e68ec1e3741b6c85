package layout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// TestHosts is about the names by which the manifests beside a deployment surely lead clients to its own TLS.
func TestHosts(t *testing.T) {
	const (
		service = "---\nkind: Service\nmetadata: {name: mi}\nspec: {selector: {app: mi}, ports: [{port: 443, name: https, targetPort: tls}]}\n"
		dash    = "---\nkind: Service\nmetadata: {name: dash}\nspec: {selector: {app: dash}, ports: [{port: 443}]}\n"
		passed  = "annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: 'true'}"
		sidecar = "      - name: proxy\n        image: envoy\n        ports: [{containerPort: 9443, name: envoy}]\n"
	)
	ingress := func(meta, host, backend string) string {
		return "---\nkind: Ingress\nmetadata: {name: i, " + meta + "}\nspec:\n  rules:\n  - host: " + host + "\n    http:\n      paths:\n      - backend: {service: {name: " + backend + ", port: {number: 443}}}\n"
	}
	route := func(host, tls, more string) string {
		return "---\nkind: Route\nmetadata: {name: r}\nspec:\n  host: " + host + "\n  to: {kind: Service, name: mi}\n  tls: {termination: " + tls + "}\n" + more
	}
	tcp := func(match, tls, services string) string {
		return "---\nkind: IngressRouteTCP\nmetadata: {name: t}\nspec:\n  tls: {passthrough: " + tls + "}\n  routes:\n  - match: " + match + "\n    services: " + services + "\n"
	}
	own := ingress(passed, "a.example.com", "mi")
	for name, c := range map[string]struct{ yaml, want string }{
		"nothing":                        {podOf, ""},
		"an Ingress":                     {podOf + service + own, "Ingress 'i' a.example.com"},
		"that ends TLS":                  {podOf + service + ingress("annotations: {}", "a.example.com", "mi"), ""},
		"that says no":                   {podOf + service + ingress("annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: 'false'}", "a.example.com", "mi"), ""},
		"before v1":                      {podOf + service + "---\nkind: Ingress\nmetadata: {name: i, " + passed + "}\nspec: {rules: [{host: a.example.com, http: {paths: [{backend: {serviceName: mi, servicePort: https}}]}}]}\n", "Ingress 'i' a.example.com"},
		"to another Service":             {podOf + service + dash + ingress(passed, "a.example.com", "dash"), ""},
		"to one not at hand":             {podOf + service + own + ingress(passed, "b.example.com", "other"), "Ingress 'i' a.example.com"},
		"to none":                        {podOf + service + "---\nkind: Ingress\nmetadata: {name: i, " + passed + "}\nspec: {rules: [{host: a.example.com}]}\n", ""},
		"to two":                         {podOf + service + dash + own + "      - backend: {service: {name: dash, port: {number: 443}}}\n", ""},
		"to two, this one last":          {podOf + service + dash + ingress(passed, "a.example.com", "dash") + "      - backend: {service: {name: mi, port: {number: 443}}}\n", ""},
		"a pod without labels":           {strings.Replace(podOf, "    metadata: {labels: {app: mi, tier: x}}\n", "", 1) + service + own, ""},
		"a Service of another":           {podOf + strings.Replace(service, "app: mi", "app: x", 1) + own, ""},
		"a Service of two labels":        {podOf + strings.Replace(service, "app: mi", "app: mi, tier: x", 1) + own, "Ingress 'i' a.example.com"},
		"a Service of a label too many":  {podOf + strings.Replace(service, "app: mi", "app: mi, x: y", 1) + own, ""},
		"a Service without selector":     {podOf + strings.Replace(service, "selector: {app: mi}, ", "", 1) + own, ""},
		"in another namespace":           {strings.Replace(podOf, "name: mi}", "name: mi, namespace: x}", 1) + strings.Replace(service, "name: mi}", "name: mi, namespace: y}", 1) + own, ""},
		"beside another container":       {podOf + sidecar + service + own, "Ingress 'i' a.example.com"},
		"through another container":      {podOf + sidecar + strings.Replace(service, "targetPort: tls", "targetPort: 9443", 1) + own, ""},
		"a wildcard":                     {podOf + service + ingress(passed, "'*.example.com'", "mi"), ""},
		"a template":                     {podOf + service + ingress(passed, "'{{ .Values.host }}'", "mi"), ""},
		"a variable":                     {podOf + service + ingress(passed, "${HOST}.example.com", "mi"), ""},
		"no name in full":                {podOf + service + ingress(passed, "mi", "mi"), ""},
		"a name that is twice there":     {podOf + service + own + ingress(passed, "A.example.com", "mi"), "Ingress 'i' a.example.com"},
		"no Service at hand":             {podOf + own, "Ingress 'i' a.example.com"},
		"neither, with another workload": {podOf + own + "---\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: x}]}\n", ""},
		"neither, to another as well":    {podOf + own + ingress("", "b.example.com", "dash"), ""},
		"neither, beside a container":    {podOf + sidecar + own, ""},
		"no workload at hand":            {service + own, "Ingress 'i' a.example.com"},
		"no workload, two deployments":   {service + own + "---\n" + strings.Replace(configMap, "name: toml", "name: toml2", 1), ""},
		"a Route":                        {podOf + service + route("a.example.com", "passthrough", ""), "Route 'r' a.example.com"},
		"a Route that ends TLS":          {podOf + service + route("a.example.com", "reencrypt", ""), ""},
		"a Route to several":             {podOf + service + route("a.example.com", "passthrough", "  alternateBackends: [{kind: Service, name: dash}]\n"), ""},
		"a Route to a port":              {podOf + sidecar + service + route("a.example.com", "passthrough", "  port: {targetPort: https}\n"), "Route 'r' a.example.com"},
		"Traefik":                        {podOf + service + tcp("HostSNI(`a.example.com`) || HostSNI(`b.example.com`, `c.example.com`)", "true", "[{name: mi, port: 443}]"), "IngressRouteTCP 't' a.example.com\nIngressRouteTCP 't' b.example.com\nIngressRouteTCP 't' c.example.com"},
		"Traefik for all":                {podOf + service + tcp("HostSNI(`*`)", "true", "[{name: mi, port: 443}]"), ""},
		"Traefik that ends TLS":          {podOf + service + tcp("HostSNI(`a.example.com`)", "false", "[{name: mi, port: 443}]"), ""},
		"Traefik for some":               {podOf + service + tcp("HostSNI(`a.example.com`) && ClientIP(`10.0.0.0/8`)", "true", "[{name: mi, port: 443}]"), ""},
		"Traefik but for one":            {podOf + service + tcp("'!HostSNI(`a.example.com`)'", "true", "[{name: mi, port: 443}]"), ""},
		"Traefik to several":             {podOf + service + tcp("HostSNI(`a.example.com`)", "true", "[{name: mi, port: 443}, {name: dash, port: 443}]"), ""},
		"Traefik to another namespace":   {podOf + service + tcp("HostSNI(`a.example.com`)", "true", "[{name: mi, port: 443, namespace: x}]"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := hostsOf(t, map[string]string{"mi.yaml": configMap + c.yaml}); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	// Each in a file of its own; Kustomize may change any of it.
	files := map[string]string{"toml.yaml": configMap, "pod.yaml": podOf[4:], "service.yml": service[4:], "ingress.yaml": own[4:]}
	if got := hostsOf(t, files); got != "Ingress 'i' a.example.com" {
		t.Error(got)
	}
	files["kustomization.yaml"] = "resources: [toml.yaml, pod.yaml, service.yml, ingress.yaml]\n"
	if got := hostsOf(t, files); got != "" {
		t.Error(got)
	}
	// No more than a bound, and each where it stands.
	many := own
	for i := range 100 {
		many += ingress(passed, fmt.Sprintf("h%d.example.com", i), "mi")
	}
	targets, _ := find(t, tree(t, map[string]string{"mi.yaml": configMap + podOf + service + many}), layout.Options{})
	hosts := targets[0].Hosts()
	if len(hosts) != 30 {
		t.Errorf("%d hosts", len(hosts))
	}
	lines := strings.Split(configMap+podOf+service+many, "\n")
	for _, h := range hosts {
		if line := lines[h.Region.StartLine-1]; line[h.Region.StartColumn-1:h.Region.EndColumn-1] != h.Name || h.URI != "mi.yaml" {
			t.Errorf("%q stands not at %v of %s", h.Name, h.Region, h.URI)
		}
	}
}

func hostsOf(t *testing.T, files map[string]string) string {
	t.Helper()
	targets, problems := find(t, tree(t, files), layout.Options{})
	if len(targets) == 0 || len(problems) > 0 {
		t.Fatal(targets, problems)
	}
	var got []string
	for _, h := range targets[0].Hosts() {
		got = append(got, h.Kind+" "+h.Name)
	}
	return strings.Join(got, "\n")
}
