package deployment

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// SecretConf is a secret-conf.properties: it says which store the product decrypts [secrets] with, and how. The cipher tool
// writes it from the deployment.toml, and whoever commits it keeps what was true at that time.
type SecretConf struct {
	*XMLFile // as far as texts, places and what may be shown go
	Location, Type, Alias, Password, KeyPassword,
	Algorithm *Value // of the repository of secrets named "file"
	// Enabled: the repository of secrets named "file" is among those that it lists, which is the one that a store decrypts.
	Enabled bool

	found map[string]*element
}

// maxProperties is how many lines with a key are read; the product's own file has some twenty.
const maxProperties = 10_000

// harmlessProperties are the keys whose texts may be shown.
var harmlessProperties = set("keystore.identity.location", "keystore.identity.type", "keystore.identity.alias", "secretRepositories.file.algorithm")

// ReadSecretConf reads a secret-conf.properties. It never fails, as java.util.Properties takes nearly everything.
func (d *Document) ReadSecretConf(f *source.File) *SecretConf {
	c := &SecretConf{XMLFile: d.newXML(f, "secret-conf.properties"), found: map[string]*element{}}
	c.harmless = func(e *element) bool { return harmlessProperties[e.name.Local] }
	c.Parsed = true
	c.read()
	const store = "keystore.identity."
	c.Location, c.Type, c.Alias = c.property(store+"location"), c.property(store+"type"), c.property(store+"alias")
	c.Password, c.KeyPassword = c.property(store+"store.password"), c.property(store+"key.password")
	c.Algorithm = c.property("secretRepositories.file.algorithm")
	if repositories := c.found["secretRepositories"]; repositories != nil {
		for name := range strings.SplitSeq(repositories.text.String(), ",") {
			c.Enabled = c.Enabled || strings.TrimSpace(name) == "file"
		}
	}
	return c
}

// property gives the value of a key. A password that has a provider beside it is but the name by which the provider is asked.
func (c *SecretConf) property(key string) *Value {
	e := c.found[key]
	if e == nil {
		return c.absent(&element{}, c.Label+"/"+key)
	}
	v := c.absent(e, c.Label+"/"+key)
	if prefix, ok := strings.CutSuffix(key, "password"); ok {
		if p := c.found[prefix+"secretProvider"]; p != nil && p.text.Len() > 0 {
			e.attrs = []xml.Attr{{Name: xml.Name{Space: vaultSpace, Local: "secretAlias"}, Value: e.text.String()}}
		}
	}
	c.fill(v, e)
	return v
}

// read finds the keys as java.util.Properties does; of several with one name the last counts. A line that ends in a backslash goes
// on behind the blanks of the next one.
func (c *SecretConf) read() {
	data := c.File.Data
	var line []byte
	var at []int // where each of its bytes stands
	blank, appended, backslash := true, false, false
	end := func() {
		if len(c.texts) < maxProperties {
			c.pair(line, append(at, at[len(at)-1]+1))
		}
		line, at, blank = line[:0], at[:0], true
	}
	for i := 0; i < len(data); i++ {
		ends := data[i] == '\n' || data[i] == '\r'
		switch {
		case blank && (data[i] == ' ' || data[i] == '\t' || data[i] == '\f' || ends && !appended):
			continue
		case len(line) == 0 && (data[i] == '#' || data[i] == '!'):
			i = c.comment(i)
			blank, appended = true, false
			continue
		}
		blank, appended = false, false
		switch {
		case !ends:
			line, at = append(line, data[i]), append(at, i)
			backslash = data[i] == '\\' && !backslash
		case len(line) == 0:
			blank = true
		case backslash:
			line, at = line[:len(line)-1], at[:len(at)-1]
			blank, appended, backslash = true, true, false
			if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
				i++
			}
		default:
			end()
		}
	}
	if len(line) > 0 {
		if backslash {
			line = line[:len(line)-1]
		}
		end()
	}
}

// comment notes a comment, and gives where its line ends.
func (c *SecretConf) comment(start int) (end int) {
	end = len(c.File.Data)
	if n := bytes.IndexAny(c.File.Data[start:], "\r\n"); n >= 0 {
		end = start + n
	}
	if len(c.texts) < maxProperties {
		c.texts = append(c.texts, xmlText{source.Span{Start: start, End: end}, &element{}})
	}
	return end
}

// pair cuts a line in key and text; at tells where each byte stands, and where the line ends.
func (c *SecretConf) pair(line []byte, at []int) {
	end := 0
	for end < len(line) && !strings.ContainsRune("=: \t\f", rune(line[end])) {
		if line[end] == '\\' {
			end++
		}
		end++
	}
	end = min(end, len(line))
	text := end + blanks(line[end:])
	if text < len(line) && (line[text] == '=' || line[text] == ':') {
		text++
		text += blanks(line[text:])
	}
	e := &element{name: xml.Name{Local: unescaped(line[:end])}}
	last := at[len(at)-1]
	e.tag, e.content = source.Span{Start: at[0], End: at[end]}, source.Span{Start: at[text], End: last}
	e.text.WriteString(unescaped(line[text:]))
	if e.tooLong = e.text.Len() > maxXMLText; e.tooLong {
		e.text.Reset()
	}
	c.texts = append(c.texts, xmlText{e.content, e})
	c.found[e.name.Local] = e
}

func blanks(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t\f")) }

// unescaped gives a key or a text as Java does: the file is in Latin-1.
func unescaped(raw []byte) string {
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			b.WriteRune(rune(raw[i]))
			continue
		}
		if i++; i == len(raw) {
			break
		}
		switch raw[i] {
		case 't':
			b.WriteByte('\t')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 'f':
			b.WriteByte('\f')
		case 'u':
			if r, err := strconv.ParseUint(string(raw[i+1:min(i+5, len(raw))]), 16, 16); err == nil && i+5 <= len(raw) {
				b.WriteRune(rune(r))
				i += 4
			}
		default:
			b.WriteRune(rune(raw[i]))
		}
	}
	return b.String()
}
