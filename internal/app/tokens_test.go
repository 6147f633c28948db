package app

import (
	"encoding/json"
	"testing"

	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// TestTokensKeepWithinTheirScope makes tokens of every reach and looks what
// they open: nothing beyond the account, nothing beyond what they are for, and
// nothing that is for people alone.
func TestTokensKeepWithinTheirScope(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		who := w.add(w.home, "program's owner", policy.OrgManager, policy.Contributor)
		other := string(id.New[id.Project]())
		w.must(201, who, "PUT", "/api/v1/projects/"+other, w.vars.fill(`{"org_id":"{org}","name":"Another","time_zone":"Europe/Brussels"}`))
		token := func(body string) string {
			a := w.must(201, who, "PUT", "/api/v1/account/tokens/"+string(id.New[id.Token]()), w.vars.fill(body))
			var made struct {
				Secret string `json:"secret"`
			}
			a.json(t, &made)
			s.secret = append(s.secret, made.Secret)
			return made.Secret
		}
		all, org, project, reads := token(`{"name":"all","days":1,"writes":true}`), token(`{"name":"org","days":1,"writes":true,"org_id":"{org}"}`),
			token(`{"name":"project","days":1,"writes":true,"project_id":"{project}"}`), token(`{"name":"reads","days":1,"project_id":"{project}"}`)
		point := w.vars.with(w.point(""))
		points := "/api/v1/projects/{project}/points"
		rival := points[:17] + string(w.rival.project) + "/points"
		batch := `{"mutations":[{"id":"` + string(id.New[id.Mutation]()) + `","method":"PUT","path":"/api/v1/projects/{project}/points/` + string(id.New[id.Point]()) + `","body":{"subject":"By a program"}}]}`
		for _, c := range []struct {
			name, token, method, path, body string
			status                          int
			code                            string
		}{
			{"all reads", all, "GET", points, "", 200, ""},
			{"org reads its project", org, "GET", points, "", 200, ""},
			{"project reads itself", project, "GET", points, "", 200, ""},
			{"reads", reads, "GET", points, "", 200, ""},
			{"reads one", reads, "GET", points + "/{point}", "", 200, ""},
			{"project writes", project, "PATCH", points + "/{point}", `{"base":1,"description":"wet"}`, 200, ""},
			{"reads does not write", reads, "PATCH", points + "/{point}", `{"base":1,"description":"dry"}`, 403, "token-reads-only"},
			{"all, the organisation", all, "GET", "/api/v1/organisations/{org}", "", 200, ""},
			{"org, the organisation", org, "GET", "/api/v1/organisations/{org}", "", 200, ""},
			{"project, not the organisation", project, "GET", "/api/v1/organisations/{org}", "", 404, "organisation-not-found"},
			{"project, not another project", project, "GET", points[:17] + other + "/points", "", 404, "project-not-found"},
			{"org makes a project", org, "PUT", "/api/v1/projects/" + string(id.New[id.Project]()), `{"org_id":"{org}","name":"By org","time_zone":"UTC"}`, 201, ""},
			{"project makes none", project, "PUT", "/api/v1/projects/" + string(id.New[id.Project]()), `{"org_id":"{org}","name":"By project","time_zone":"UTC"}`, 404, "organisation-not-found"},
			{"not beyond the account", all, "GET", rival, "", 404, "project-not-found"},
			{"not the rights of another level", all, "PATCH", "/api/v1/projects/{project}", `{"base":1,"place":"Gent"}`, 403, "needs-administrator"},
			{"no sign-in settings", all, "GET", "/api/v1/sessions", "", 403, "not-for-tokens"},
			{"no tokens", all, "GET", "/api/v1/account/tokens", "", 403, "not-for-tokens"},
			{"no password", all, "POST", "/api/v1/password", `{"current":"x","password":"y"}`, 403, "not-for-tokens"},
			{"no own data", all, "GET", "/api/v1/me/privacy", "", 403, "not-for-tokens"},
			{"no staff", all, "GET", "/api/v1/operator/me", "", 403, "not-for-tokens"},
			{"no members", all, "PATCH", "/api/v1/organisations/{org}/members/{member}", `{"role":"manager"}`, 403, "not-for-tokens"},
			{"who it is", project, "GET", "/api/v1/session", "", 200, ""},
			{"made up", "plt_" + project[4:40] + "xyz", "GET", points, "", 401, "unauthenticated"},
		} {
			a := w.do(nil, c.method, point.fill(c.path), point.fill(c.body), "Authorization", "Bearer "+c.token)
			if a.status != c.status || c.code != "" && a.problem() != c.code {
				t.Errorf("%s: want %d %s, got %s", c.name, c.status, c.code, a)
			}
			if a.header.Get("Set-Cookie") != "" {
				t.Errorf("%s: a token is answered with a cookie", c.name)
			}
		}
		for token, want := range map[string]string{project: "ok", reads: "rejected"} {
			a := w.do(nil, "POST", "/api/v1/mutations", point.fill(batch), "Authorization", "Bearer "+token)
			var out struct {
				Results []struct {
					Status string `json:"status"`
				} `json:"results"`
			}
			if err := json.Unmarshal([]byte(a.body), &out); err != nil || len(out.Results) != 1 || out.Results[0].Status != want {
				t.Errorf("a batch: want %s, got %s", want, a)
			}
		}
		// A header that does not let in is not helped out by a cookie.
		if a := w.do(who, "GET", "/api/v1/session", nil, "Authorization", "Bearer plt_none"); a.status != 401 {
			t.Errorf("a wrong token beside a good cookie: %s", a)
		}
		var list struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		a := w.do(nil, "GET", "/api/v1/projects", nil, "Authorization", "Bearer "+reads)
		a.json(t, &list)
		if len(list.Items) != 1 || list.Items[0].ID != string(w.home.project) {
			t.Errorf("the projects of a token for one: %s", a)
		}
		w.must(200, who, "GET", "/api/v1/account/tokens", nil).json(t, &list)
		for _, x := range list.Items {
			w.must(204, who, "DELETE", "/api/v1/account/tokens/"+x.ID, nil)
		}
		if a := w.do(nil, "GET", point.fill(points), nil, "Authorization", "Bearer "+all); a.status != 401 {
			t.Errorf("a revoked token: %s", a)
		}
	})
}
