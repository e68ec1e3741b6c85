package layout

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxHosts bounds the names of one deployment.
const maxHosts = 30

// Hosts lists the names by which clients reach the server's own TLS through proxies that pass it on as it is, as far as the
// manifests beside the deployment make that sure: each once, with the kind and name of the object that has it as Kind.
func (t *Target) Hosts() []*Setting { return t.hosts }

// route is a name with the Service that its connections go to.
type route struct {
	host          *yaml.Node
	name          string
	service, port string // the port is a number or a name
	passed        bool   // TLS does not end there
}

// running is a container that runs a deployment, with its pod.
type running struct {
	pod       *neighbour
	container *yaml.Node
}

// exposed takes the names under which the containers of a deployment are reached by TLS that nothing before them ends. Where the
// Service or the workload is not at hand, there may be nothing else that the names could lead to.
func (s *scene) exposed(t *Target, runs []running, all []*neighbour) {
	deployments, pods := 0, 0
	services := map[string]bool{}
	var found []*route
	var from []*neighbour
	for _, n := range all {
		if n.deployment.Data != nil {
			deployments++
		}
		if n.pod != nil {
			pods++
		}
		for _, r := range routes(n.object) {
			services[r.service] = true
			if r.passed && r.service != "" && hostName.MatchString(r.name) && len(r.name) < 254 && len(found) < maxHosts {
				found, from = append(found, r), append(from, n)
			}
		}
	}
	alone := deployments == 1 && pods == len(runs) && len(runs) < 2 && len(services) == 1
	seen := map[string]bool{}
	for i, r := range found {
		n := from[i]
		var reached bool
		switch service := named(all, "Service", r.service, n.object); {
		case service == nil:
			reached = alone && (len(runs) == 0 || runs[0].single())
		case len(runs) == 0:
			reached = alone
		default:
			reached = reaches(service, r.port, runs)
		}
		if name := strings.ToLower(r.name); reached && !seen[name] && !s.patched(n.outer) {
			seen[name] = true
			object := n.kind
			if settingName.MatchString(n.name) {
				object += " '" + n.name + "'"
			}
			region := place(r.host)
			if r.host.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 { // it stands in lines below
				region.EndColumn = region.StartColumn
			}
			t.hosts = append(t.hosts, setting(s.src.URI(n.outer), object, r.name, "", region))
		}
	}
}

// hostName is a name in full that stands there as it is: no template, no wildcard.
var hostName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)+$`)

// single tells whether a pod has no other container.
func (r running) single() bool { return len(itemsAt(r.pod.pod, "containers")) == 1 }

// reaches tells whether a Service leads to a container that runs the deployment. Beside others in its pod the container has to
// declare the port.
func reaches(service *neighbour, port string, runs []running) bool {
	selector := at(service.node, "spec selector")
	if selector == nil || selector.Kind != yaml.MappingNode || len(selector.Content) == 0 {
		return false
	}
	port = targetPort(service.node, port)
	for _, r := range runs {
		if service.near(r.pod.object) && selects(selector, r.pod.labels) && (r.single() || declares(r.container, port)) {
			return true
		}
	}
	return false
}

// selects tells whether labels have all that a selector asks for.
func selects(selector, labels *yaml.Node) bool {
	for i := 0; labels != nil && i+1 < len(selector.Content); i += 2 {
		if label := child(labels, selector.Content[i].Value); label == nil || scalar(label) != scalar(selector.Content[i+1]) {
			return false
		}
	}
	return labels != nil
}

// targetPort is the container's port, a number or a name, behind a port of a Service; empty: not known.
func targetPort(service *yaml.Node, wanted string) string {
	ports := itemsAt(service, "spec ports")
	for _, p := range ports {
		number, target := scalarAt(p, "port"), scalarAt(p, "targetPort")
		if target == "" {
			target = number
		}
		// A Route says the container's port, or the name.
		if wanted == "" && len(ports) == 1 || wanted != "" && (wanted == number || wanted == target || wanted == scalarAt(p, "name")) {
			return target
		}
	}
	return ""
}

func declares(container *yaml.Node, port string) bool {
	for _, p := range itemsAt(container, "ports") {
		if port != "" && (scalarAt(p, "containerPort") == port || scalarAt(p, "name") == port) {
			return true
		}
	}
	return false
}

// router is how a kind of object says which names it leads where, and that TLS passes. Of several ways one is there.
type router struct{ kind, rules, host, services, ports, flag, passed string }

var routers = []router{
	// nginx passes TLS on where an annotation says so, and else ends it.
	{"Ingress", "spec rules", "host", "http paths backend service name|http paths backend serviceName",
		"http paths backend service port number|http paths backend service port name|http paths backend servicePort",
		"metadata annotations nginx.ingress.kubernetes.io/ssl-passthrough", "true"},
	{"Route", "spec", "host", "to name|alternateBackends name", "port targetPort", "spec tls termination", "passthrough"}, // OpenShift
	// Traefik; a namespace that it names is another one.
	{"IngressRouteTCP", "spec routes", "match", "services name|services namespace", "services port", "spec tls passthrough", "true"},
}

// The names in a route of Traefik's that depends on nothing else.
var (
	onlyHosts = regexp.MustCompile(`^\s*HostSNI\([^()]*\)(?:\s*\|\|\s*HostSNI\([^()]*\))*\s*$`)
	hostInSNI = regexp.MustCompile("`[^`]*`")
)

// routes reads the hosts of an object that has some.
func routes(o *object) (all []*route) {
	for _, k := range routers {
		if k.kind != o.kind {
			continue
		}
		for _, rule := range walk(o.node, k.rules) {
			host := at(rule, k.host)
			r := route{host: host, passed: host != nil && scalarAt(o.node, k.flag) == k.passed}
			for _, way := range strings.Split(k.services, "|") {
				for _, n := range walk(rule, way) {
					all = append(all, &route{service: n.Value})
					r.passed = r.passed && (r.service == "" || r.service == n.Value) // one connection can't go to several
					r.service = n.Value
				}
			}
			for _, way := range strings.Split(k.ports, "|") {
				for _, n := range walk(rule, way) {
					r.passed = r.passed && (r.port == "" || r.port == n.Value)
					r.port = n.Value
				}
			}
			names := []string{scalar(host)}
			if onlyHosts.MatchString(names[0]) {
				names = hostInSNI.FindAllString(names[0], maxHosts)
			}
			for _, name := range names {
				each := r
				each.name = strings.Trim(name, "`")
				all = append(all, &each)
			}
		}
	}
	return all
}

// walk follows keys of mappings as at does, through all elements of lists.
func walk(n *yaml.Node, way string) (all []*yaml.Node) {
	switch {
	case n == nil:
	case n.Kind == yaml.SequenceNode:
		for _, item := range items(n) {
			all = append(all, walk(item, way)...)
		}
	case way == "":
		return []*yaml.Node{n}
	default:
		key, rest, _ := strings.Cut(way, " ")
		return walk(child(n, key), rest)
	}
	return all
}
