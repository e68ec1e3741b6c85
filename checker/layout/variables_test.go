package layout_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// TestVariable holds what the files of a project set for the container to the value of the variable H in it: where it stands and
// what it is, or nothing where that is not sure.
func TestVariable(t *testing.T) {
	const image = "FROM wso2/wso2mi:4.4.0\nCOPY deployment.toml ${WSO2_SERVER_HOME}/conf/deployment.toml\n"
	compose := func(of string) map[string]string {
		return map[string]string{"compose.yaml": "services:\n  mi:\n    image: wso2/wso2mi:4.4.0\n" + of}
	}
	with := func(files map[string]string, more map[string]string) map[string]string {
		all := maps.Clone(files)
		maps.Copy(all, more)
		return all
	}
	const set = "    environment:\n      H: a.example.com\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nothing":                                {nil, ""},
		"a service":                              {compose(set), "compose.yaml:5:7 environment a.example.com"},
		"a list":                                 {compose("    environment:\n      - 'H=a.example.com'\n"), "compose.yaml:5:10 environment a.example.com"},
		"of the machine that runs":               {compose("    environment:\n      - H\n"), ""},
		"no value":                               {compose("    environment:\n      H:\n"), ""},
		"made of a variable":                     {compose("    environment:\n      H: ${X:-a.example.com}\n"), ""},
		"a template":                             {compose("    environment:\n      H: '{{ .Values.host }}'\n"), ""},
		"another variable":                       {compose("    environment:\n      H2: a.example.com\n"), ""},
		"an env_file":                            {with(compose("    env_file: mi.env\n"), map[string]string{"mi.env": "# x\n\nA=\"b c\"\r\nexport H=a.example.com\n"}), "mi.env:4:8 env_file a.example.com"},
		"in quotes":                              {with(compose("    env_file: [mi.env]\n"), map[string]string{"mi.env": "H='a.example.com'\n"}), "mi.env:1:1 env_file a.example.com"},
		"with a comment":                         {with(compose("    env_file: [mi.env]\n"), map[string]string{"mi.env": "H=a.example.com # x\n"}), ""},
		"in a text of lines":                     {with(compose("    env_file: [mi.env]\n"), map[string]string{"mi.env": "A=\"\nH=a.example.com\n\"\n"}), ""},
		"the later env_file":                     {with(compose("    env_file:\n    - path: 1.env\n    - path: 2.env\n"), map[string]string{"1.env": "H=b.example.com\n", "2.env": "H=a.example.com\n"}), "2.env:1:1 env_file a.example.com"},
		"a later one is missing":                 {with(compose("    env_file: [1.env, 2.env]\n"), map[string]string{"1.env": "H=b.example.com\n"}), ""},
		"an earlier is missing":                  {with(compose("    env_file: [1.env, 2.env]\n"), map[string]string{"2.env": "H=a.example.com\n"}), "2.env:1:1 env_file a.example.com"},
		"environment counts first":               {compose("    env_file: missing.env\n" + set), "compose.yaml:6:7 environment a.example.com"},
		"an override agrees":                     {with(compose(set), map[string]string{"compose.override.yaml": "services:\n  mi:\n" + set}), "compose.yaml:5:7 environment a.example.com"},
		"an override disagrees":                  {with(compose("    environment:\n      H: b.example.com\n"), map[string]string{"compose.override.yaml": "services:\n  mi:\n" + set}), ""},
		"merged":                                 {map[string]string{"compose.yaml": "x: &x\n  environment:\n    H: a.example.com\nservices:\n  mi:\n    <<: *x\n    image: wso2/wso2mi:4.4.0\n"}, "compose.yaml:3:5 environment a.example.com"},
		"merged into the environment":            {map[string]string{"compose.yaml": "x: &x\n  H: a.example.com\nservices:\n  mi:\n    image: wso2/wso2mi:4.4.0\n    environment: {<<: *x, A: b}\n"}, "compose.yaml:2:3 environment a.example.com"},
		"an alias":                               {map[string]string{"compose.yaml": "x: &x {H: a.example.com}\nservices:\n  mi:\n    image: wso2/wso2mi:4.4.0\n    environment: *x\n"}, "compose.yaml:1:8 environment a.example.com"},
		"extended":                               {with(compose("    extends: {service: x, file: x.yml}\n"), map[string]string{"x.yml": "services:\n  x:\n" + set}), "x.yml:4:7 environment a.example.com"},
		"over what it extends":                   {with(compose("    extends: {service: x, file: x.yml}\n"+set), map[string]string{"x.yml": "services:\n  x:\n    environment: {H: b.example.com}\n"}), "compose.yaml:6:7 environment a.example.com"},
		"what it extends is not at hand":         {compose("    extends: {service: x, file: x.yml}\n"), ""},
		"extended by itself":                     {compose("    extends: {service: mi}\n" + set), "compose.yaml:6:7 environment a.example.com"},
		"made of .env":                           {with(compose("    environment:\n      H: ${X}\n"), map[string]string{".env": "X=a.example.com\n"}), ""},
		"two services":                           {map[string]string{"compose.yaml": "services:\n  a:\n    build: .\n" + set + "  b:\n    build: .\n" + set, "Dockerfile": image}, "compose.yaml:5:7 environment a.example.com"},
		"two services disagree":                  {map[string]string{"compose.yaml": "services:\n  a:\n    build: .\n" + set + "  b:\n    build: .\n    environment: {H: b.example.com}\n", "Dockerfile": image}, ""},
		"an image":                               {map[string]string{"Dockerfile": image + "ENV A=1 \\\n  H=a.example.com\n"}, "Dockerfile:4:3 ENV a.example.com"},
		"an argument":                            {map[string]string{"Dockerfile": image + "ARG H=a.example.com\n"}, ""},
		"an image, made of others":               {map[string]string{"Dockerfile": "ARG X=a.example.com\n" + image + "ARG X\nENV H=$X\n"}, ""},
		"the last ENV":                           {map[string]string{"Dockerfile": image + "ENV H=b.example.com\nENV H a.example.com\n"}, "Dockerfile:4:5 ENV a.example.com"},
		"the last ENV, not known":                {map[string]string{"Dockerfile": image + "ENV H=b.example.com\nENV H=$X\n"}, ""},
		"of another stage":                       {map[string]string{"Dockerfile": "FROM x AS build\nENV H=b.example.com\n" + image}, ""},
		"of the stage below":                     {map[string]string{"Dockerfile": image[:22] + " AS base\nENV H=a.example.com\nFROM base\n" + image[23:]}, "Dockerfile:2:5 ENV a.example.com"},
		"a service over an image":                {map[string]string{"compose.yaml": "services:\n  a:\n    build: .\n" + set, "Dockerfile": image + "ENV H=b.example.com\n"}, "compose.yaml:5:7 environment a.example.com"},
		"an image under a service":               {map[string]string{"compose.yaml": "services:\n  a:\n    build: .\n    environment: {X: y}\n", "Dockerfile": image + "ENV H=a.example.com\n"}, "Dockerfile:3:5 ENV a.example.com"},
		"an image under what is not at hand":     {map[string]string{"compose.yaml": "services:\n  a:\n    build: .\n    env_file: x.env\n", "Dockerfile": image + "ENV H=a.example.com\n"}, ""},
		"an image that the service does not run": {with(compose("    volumes: ['./deployment.toml:/home/wso2carbon/wso2mi-4.4.0/conf/deployment.toml']\n"), map[string]string{"Dockerfile": image + "ENV H=b.example.com\n"}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			checkVariable(t, with(map[string]string{"deployment.toml": ""}, c.files), c.want)
		})
	}
}

func checkVariable(t *testing.T, files map[string]string, want string) {
	t.Helper()
	targets, problems := find(t, tree(t, files), layout.Options{})
	if len(targets) == 0 || len(problems) > 0 {
		t.Fatal(targets, problems)
	}
	got := ""
	if s := targets[0].Variable("H"); s != nil {
		got = fmt.Sprintf("%s:%d:%d %s %s", s.URI, s.Region.StartLine, s.Region.StartColumn, s.Kind, s.Value.Reveal())
	}
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

const (
	configMap = "kind: ConfigMap\nmetadata: {name: toml}\ndata:\n  deployment.toml: |\n    [server]\n"
	// podOf is a workload whose container mounts it; more keys of the container can follow.
	podOf = "---\nkind: Deployment\nmetadata: {name: mi}\nspec:\n  template:\n    metadata: {labels: {app: mi, tier: x}}\n    spec:\n      volumes: [{name: v, configMap: {name: toml}}]\n      containers:\n" +
		"      - name: mi\n        volumeMounts: [{name: v, mountPath: /home/wso2carbon/wso2-config-volume/conf}]\n        ports: [{containerPort: 8253, name: tls}]\n"
)

func TestVariableInKubernetes(t *testing.T) {
	const settings = "---\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  host: a.example.com\n  H: a.example.com\n"
	const env = "        env: [{name: H, value: a.example.com}]\n"
	for name, c := range map[string]struct{ yaml, want string }{
		"nothing":               {podOf, ""},
		"a value":               {podOf + env, "mi.yaml:18:22 env a.example.com"},
		"no workload":           {"---\nkind: Pod\nspec:\n  containers:\n  - name: x\n    env: [{name: H, value: b.example.com}]\n", ""},
		"made of another":       {podOf + "        env: [{name: H, value: $(X)}]\n", ""},
		"of a Secret":           {podOf + "        env: [{name: H, valueFrom: {secretKeyRef: {name: s, key: k}}}]\n", ""},
		"of a ConfigMap":        {podOf + "        env: [{name: H, valueFrom: {configMapKeyRef: {name: settings, key: host}}}]\n" + settings, "mi.yaml:23:3 ConfigMap a.example.com"},
		"of another key":        {podOf + "        env: [{name: H, valueFrom: {configMapKeyRef: {name: settings, key: other}}}]\n" + settings, ""},
		"of one not at hand":    {podOf + "        env: [{name: H, valueFrom: {configMapKeyRef: {name: other, key: host}}}]\n" + settings, ""},
		"all of a ConfigMap":    {podOf + "        envFrom: [{configMapRef: {name: settings}}]\n" + settings, "mi.yaml:24:3 ConfigMap a.example.com"},
		"with a prefix":         {podOf + "        envFrom: [{prefix: X_, configMapRef: {name: settings}}]\n" + settings, ""},
		"and one not at hand":   {podOf + "        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: s}}]\n" + settings, ""},
		"a value over them":     {podOf + "        envFrom: [{secretRef: {name: s}}]\n" + env, "mi.yaml:19:22 env a.example.com"},
		"two workloads agree":   {podOf + env + podOf + env, "mi.yaml:18:22 env a.example.com"},
		"two workloads do not":  {podOf + env + podOf + "        env: [{name: H, value: b.example.com}]\n", ""},
		"two, and one says not": {podOf + env + podOf + "        envFrom: [{secretRef: {name: s}}]\n", ""},
		"two, and the first":    {podOf + "        envFrom: [{secretRef: {name: s}}]\n" + podOf + env, ""},
	} {
		t.Run(name, func(t *testing.T) {
			checkVariable(t, map[string]string{"mi.yaml": configMap + c.yaml}, c.want)
		})
	}
	checkVariable(t, map[string]string{"mi.yaml": configMap + podOf + env, "kustomization.yaml": ""}, "")
}
