package deployment_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// readArtifacts reads a file of artifacts.
func readArtifacts(text string) *deployment.ArtifactFile {
	d := read("", deployment.Options{
		Env: map[string]secret.Value{"GIVEN": secret.New("from-env")}, Secrets: map[string]secret.Value{"given": secret.New("from-vault")},
	})
	return d.ReadArtifacts(&source.File{Name: "a.xml", URI: "a.xml", Data: []byte(text)}, "a.xml")
}

func inbound(attributes, parameters string) string {
	return `<inboundEndpoint xmlns="http://ws.apache.org/ns/synapse" name="A" ` + attributes + ">\n<parameters>\n" + parameters + "\n</parameters>\n</inboundEndpoint>\n"
}

// The rules of InboundEndpointFactory, MessageStoreFactory and ResolverFactory of wso2-synapse.
func TestArtifactValues(t *testing.T) {
	const name = "wss.ssl.key.store.pass"
	for what, c := range map[string]struct {
		parameter string
		state     deployment.State
		reason    deployment.Reason
		text      string
		clear     bool
		shown     string
	}{
		"clear":                     {`<parameter name="%s">hunter2</parameter>`, "known", "", "hunter2", true, "•••"},
		"the last of two counts":    {`<parameter name="%[1]s">one</parameter><parameter name="%[1]s">two</parameter>`, "known", "", "two", true, "•••"},
		"variable":                  {`<parameter name="%s">$SYSTEM:GIVEN</parameter>`, "known", "", "from-env", false, "$SYSTEM:GIVEN"},
		"text behind it is dropped": {`<parameter name="%s">$SYSTEM:GIVEN-x</parameter>`, "known", "", "from-env", false, "$SYSTEM:GIVEN"},
		"variable not given":        {`<parameter name="%s">$SYSTEM:NOT</parameter>`, "unknown", "env-not-given", "", false, "$SYSTEM:NOT"},
		"not at the start":          {`<parameter name="%s">x$SYSTEM:GIVEN</parameter>`, "known", "", "x$SYSTEM:GIVEN", true, "•••"},
		"from file.properties":      {`<parameter name="%s">$FILE:x</parameter>`, "unknown", "kept-elsewhere", "", false, "•••"},
		"configuration":             {`<parameter name="%s">${configs.x}</parameter>`, "unknown", "kept-elsewhere", "", false, "•••"},
		"registry":                  {`<parameter name="%s" key="conf:/x"/>`, "unknown", "kept-elsewhere", "", false, ""},
		"vault":                     {`<parameter name="%s">{wso2:vault-lookup('given')}</parameter>`, "known", "", "from-vault", false, "$secret{given}"},
		"vault, not given":          {`<parameter name="%s">{wso2:vault-lookup('not')}</parameter>`, "unknown", "secret-not-given", "", false, "$secret{not}"},
		"of deployment.toml":        {`<parameter name="%s">$env{GIVEN}</parameter>`, "known", "", "$env{GIVEN}", false, "$env{GIVEN}"},
		"absent":                    {`<parameter name="x%s">hunter2</parameter>`, "absent", "", "", false, ""},
	} {
		t.Run(what, func(t *testing.T) {
			f := readArtifacts(inbound(`protocol="wss"`, fmt.Sprintf(c.parameter, name)))
			if len(f.Artifacts) != 1 {
				t.Fatalf("%d artifacts, %v", len(f.Artifacts), f.Problems)
			}
			v := f.Artifacts[0].Value(name)
			if v.State != c.state || v.Reason != c.reason || v.Text.Reveal() != c.text || v.Clear != c.clear || !strings.HasPrefix(v.Display(), c.shown) || strings.Contains(v.Display(), "hunter2") || !v.Password {
				t.Errorf("%s %s %q clear %v %q", v.State, v.Reason, v.Text.Reveal(), v.Clear, v.Display())
			}
		})
	}
}

func TestArtifacts(t *testing.T) {
	f := readArtifacts(`<definitions xmlns="http://ws.apache.org/ns/synapse">` + inbound(`protocol="https" suspend="TRUE"`,
		`<parameter name="keystore"><KeyStore><Location>a.jks</Location><Password>x</Password></KeyStore></parameter>`) +
		`<messageStore name="&lt;script&gt;" class="org.apache.synapse.message.store.impl.jms.JmsStore"/><sequence name="s"/></definitions>`)
	if len(f.Artifacts) != 2 {
		t.Fatal(f.Artifacts, f.Problems)
	}
	in, store := f.Artifacts[0], f.Artifacts[1]
	if !in.Suspended || in.Protocol != "https" || in.Title != "inbound endpoint 'A'" || in.KeyStore == nil || in.KeyStore.Location.Text.Reveal() != "a.jks" ||
		in.KeyStore.KeyPassword.State != deployment.Absent || in.TrustStore != nil {
		t.Errorf("%+v", in)
	}
	if store.Name != "a.xml[2]" || store.Title != "message store" || store.Protocol != "" {
		t.Errorf("%+v", store)
	}
	many := readArtifacts("<d>" + strings.Repeat("<inboundEndpoint/>", 1000) + "</d>")
	if len(many.Artifacts) != 50 || len(many.Problems) != 1 || many.Problems[0].Kind != deployment.XMLLimit {
		t.Errorf("%d artifacts, %v", len(many.Artifacts), many.Problems)
	}
	if q := readArtifacts(inbound(`protocol="wss" password="hunter2"`, "")).Quote(source.Span{}); strings.Contains(q.Text, "hunter2") || !strings.Contains(q.Text, `name="A"`) {
		t.Error(q.Text)
	}
}

// No input may panic, and no quote may show what stands in a password.
func FuzzReadArtifacts(f *testing.F) {
	f.Add(inbound(`protocol="wss"`, `<parameter name="wss.ssl.key.store.pass">hunter2</parameter>`))
	f.Add(inbound(`protocol="https"`, `<parameter name="keystore"><KeyStore><Password>hunter2</Password></KeyStore></parameter>`))
	f.Add(`<messageStore class="org.apache.synapse.message.store.impl.rabbitmq.RabbitMQStore"><parameter name="rabbitmq.connection.ssl.keystore.password" key="x"/></messageStore>`)
	f.Add(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><inboundEndpoint>&x;</inboundEndpoint>`)
	f.Fuzz(func(t *testing.T, text string) {
		a := readArtifacts(text)
		for _, artifact := range a.Artifacts {
			v := artifact.Value("wss.ssl.key.store.pass")
			if secret := strings.TrimSpace(v.Text.Reveal()); v.Clear && len(secret) > 8 && strings.Contains(v.Display(), secret) {
				t.Errorf("%q shows the password", v.Display())
			}
			a.Quote(v.Span)
		}
	})
}

// A KeyStore element that stands in a parameter as CDATA, or escaped, is one to the product, which takes the element's text anyway.
func TestArtifactElementsInText(t *testing.T) {
	const element = "<KeyStore>\n<Location>a.jks</Location>\n<Password>hunter2</Password></KeyStore>"
	escaped := strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(element)
	for what, c := range map[string]struct {
		text     string
		found    bool
		password int // line
	}{
		"element":            {element, true, 5},
		"CDATA":              {"<![CDATA[" + element + "]]>", true, 5},
		"CDATA with blanks":  {"\n  <![CDATA[ " + element + " ]]>\n", true, 6},
		"escaped":            {escaped, true, 3},
		"CDATA and text":     {"<![CDATA[<KeyStore>]]>&lt;/KeyStore>", true, 3},
		"no XML":             {"<![CDATA[<KeyStore><Location>]]>", false, 0},
		"an entity":          {"<![CDATA[<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><KeyStore><Location>&e;</Location></KeyStore>]]>", false, 0},
		"another element":    {"<![CDATA[<Other><Location>a.jks</Location></Other>]]>", false, 0},
		"a name, no element": {"hunter2", false, 0},
	} {
		t.Run(what, func(t *testing.T) {
			f := readArtifacts(inbound(`protocol="https"`, `<parameter name="keystore">`+c.text+`</parameter>`))
			if len(f.Artifacts) != 1 {
				t.Fatalf("%d artifacts, %v", len(f.Artifacts), f.Problems)
			}
			store := f.Artifacts[0].KeyStore
			if (store != nil) != c.found {
				t.Fatalf("found: %v", store != nil)
			}
			if store == nil || what == "CDATA and text" {
				return
			}
			v := store.Password
			if v.Text.Reveal() != "hunter2" || !v.Clear || v.Display() != "•••" || store.Location.Text.Reveal() != "a.jks" {
				t.Errorf("%s %q", v.State, v.Display())
			}
			if line := f.Region(v.Span).StartLine; line != c.password {
				t.Errorf("in line %d, want %d", line, c.password)
			}
			if q := fmt.Sprint(f.Quote(v.Span)); strings.Contains(q, "hunter2") {
				t.Errorf("the line shows it: %s", q)
			}
		})
	}
}

// What the query of an FTPS address says of stores is a parameter of its own, as far as it says it plainly.
func TestArtifactStoresInAnAddress(t *testing.T) {
	const uri = "vfs:ftps://user:secret-login@host/in?vfs.passive=true&amp;vfs.ssl.keystore=conf/ftps.jks&amp;vfs.ssl.kspassword=hunter2&amp;vfs.ssl.tspassword=with%20escape&amp;vfs.ssl.keypassword=hunter2;transport.vfs.AvoidPermissionCheck=true"
	for what, c := range map[string]struct {
		uri   string
		state deployment.State
	}{
		"ftps":          {uri, "known"},
		"without vfs:":  {strings.TrimPrefix(uri, "vfs:"), "known"},
		"of no TLS":     {strings.Replace(uri, "ftps", "ftp", 1), "absent"},
		"of a variable": {"$SYSTEM:GIVEN", "absent"},
		"a template":    {strings.Replace(uri, "hunter2", "{wso2:vault-decrypt('x')}", 1), "absent"},
	} {
		t.Run(what, func(t *testing.T) {
			f := readArtifacts(inbound(`protocol="file"`, `<parameter name="transport.vfs.FileURI">`+c.uri+`</parameter>`))
			a := f.Artifacts[0]
			v := a.Value("vfs.ssl.kspassword")
			if v.State != c.state || c.state == "known" && (v.Text.Reveal() != "hunter2" || !v.Clear || !v.Password || v.Display() != "•••") {
				t.Errorf("%s %q", v.State, v.Display())
			}
			if c.state == "known" && a.Value("vfs.ssl.keystore").Display() != "conf/ftps.jks" {
				t.Errorf("the store is %q", a.Value("vfs.ssl.keystore").Display())
			}
			for _, name := range []string{"vfs.ssl.tspassword", "vfs.ssl.keypassword", "vfs.passive"} {
				if v := a.Value(name); v.State != "absent" {
					t.Errorf("%s is %s", name, v.State)
				}
			}
			if q := fmt.Sprint(f.Quote(v.Span), a.Value("transport.vfs.FileURI").Display()); strings.Contains(q, "hunter2") || strings.Contains(q, "secret-login") {
				t.Errorf("the line shows it: %s", q)
			}
		})
	}
}
