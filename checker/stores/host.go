package stores

import (
	"maps"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

const hostKey = "server.hostname"

// hostName reads the file again where its host name comes by variables that surely have a value in the container, as if they had
// been handed over. What names the machine to itself alone is no name by which others call it.
func (s *Scene) hostName(t *layout.Target, f *source.File, o *deployment.Options) {
	v := s.Deployment.Value(hostKey)
	if v.State != deployment.Unknown || v.Reason != deployment.EnvNotGiven {
		return
	}
	with := *o
	with.Env = maps.Clone(o.Env)
	if with.Env == nil {
		with.Env = map[string]secret.Value{}
	}
	var from []*layout.Setting
	for _, p := range v.Variables {
		if p.Resolved {
			continue
		}
		setting := t.Variable(p.Name)
		if p.Kind != deployment.Env || setting == nil {
			return
		}
		with.Env[p.Name] = setting.Value
		from = append(from, setting)
	}
	d := deployment.Read(f, with)
	v = d.Value(hostKey)
	if v.State != deployment.Known {
		return
	}
	switch host := strings.ToLower(v.Text.Reveal()); {
	case host == "localhost", host == "0.0.0.0", strings.HasPrefix(host, "127."), strings.Contains(host, "::"):
		return
	}
	s.Deployment, s.HostFrom, *o = d, from, with
}
