package letter

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// samples is the folder of request letters, or "" where there is none.
func samples(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PLUMBLINE_SAMPLES")
	if dir == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set")
	}
	return filepath.Join(dir, "privacy-security", "dsar-templates")
}

// TestTemplates reads letters that people send in earnest.
func TestTemplates(t *testing.T) {
	t.Parallel()
	want := map[string]struct {
		kind   Kind
		first  string
		exact  []string // all rights, sorted
		except []string
	}{
		"access-default.txt":        {Request, Access, []string{Access, Port}, nil},
		"access-tracking.txt":       {Request, Access, []string{Access, Port}, nil},
		"rectification-default.txt": {Request, Rectify, []string{Rectify}, nil},
		"objection-default.txt":     {Request, Object, []string{Object, TakeBack}, nil},
		"erasure-default.txt":       {Request, Erase, nil, []string{Access, Rectify, Port}},
		"admonition.txt":            {Reminder, "", nil, nil},
		"complaint.txt":             {Complaint, "", nil, nil},
	}
	dir := samples(t)
	for _, l := range []string{"nl", "fr"} {
		files, err := os.ReadDir(filepath.Join(dir, l))
		if err != nil || len(files) != len(want) {
			t.Fatalf("%d letters, %v", len(files), err)
		}
		for _, f := range files {
			b, err := os.ReadFile(filepath.Join(dir, l, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			w := want[f.Name()]
			check(t, l+"/"+f.Name(), string(b), l, w.kind, w.first, w.exact, w.except)
		}
	}
}

func check(t *testing.T, name, text, l string, kind Kind, first string, exact, except []string) {
	t.Helper()
	r := Read(text)
	got := r.Articles()
	if r.Kind != kind {
		t.Errorf("%s: is a %s, want %s (%+v)", name, r.Kind, kind, r.Rights)
	}
	if r.Language != l {
		t.Errorf("%s: in %q, want %s", name, r.Language, l)
	}
	if first != "" && (len(got) == 0 || got[0] != first) {
		t.Errorf("%s: %v, want %s first", name, r.Rights, first)
	}
	if exact != nil {
		sorted := slices.Sorted(slices.Values(got))
		if !slices.Equal(sorted, slices.Sorted(slices.Values(exact))) {
			t.Errorf("%s: %+v, want %v", name, r.Rights, exact)
		}
	}
	for _, a := range except {
		if slices.Contains(got, a) {
			t.Errorf("%s: %s is not asked for (%+v)", name, a, r.Rights)
		}
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text, language string
		kind                 Kind
		rights               []string
	}{
		{"en access", "To whom it may concern,\n\nI am hereby requesting access according to Article 15 GDPR. Please confirm whether or not you are processing personal data (as defined by Article 4(1) and (2) GDPR) concerning me.\n\nIn case you are, I am hereby requesting access to the following information pursuant to Article 15 GDPR:\n1. all personal data concerning me that you have stored;\n2. the purposes of the processing;\n3. where the personal data are not collected from the data subject, any available information as to their source;\n4. the existence of automated decision-making, including profiling, referred to in Article 22(1) and (4) GDPR.\n\nIf you are transferring my personal data to a third country, I request to be informed of the appropriate safeguards according to Article 46 GDPR concerning the transfer.\n\nAs laid down in Article 12(3) GDPR, you have to provide the requested information to me without undue delay. According to Article 15(3) GDPR, you have to answer this request without cost to me.\n\nIf you do not answer my request within the stated period, I am reserving the right to take legal action against you and to lodge a complaint with the responsible supervisory authority.\n\nYours sincerely,", "en", Request, []string{Access}},
		{"en access and portability", "I am requesting access pursuant to Article 15 GDPR. Please make the personal data concerning me, which I have provided to you, available to me in a structured, commonly used and machine-readable format as laid down in Article 20(1) GDPR.", "en", Request, []string{Access, Port}},
		{"en erasure with all", "I am hereby requesting immediate erasure of personal data concerning me according to Article 17 GDPR.\n\nPlease erase all personal data concerning me as defined by Article 4(1) GDPR.\n\nIn case I have given consent to the processing of my personal data, I am hereby withdrawing said consent for the entire process.\nIn addition, I am objecting to the processing of personal data concerning me (which includes profiling), according to Article 21 GDPR. I am requesting that you restrict the processing of the data concerning me pending the verification whether your legitimate grounds override mine, pursuant to Article 18(1)(d) GDPR.\n\nI am of the opinion that the requirements set forth in Article 17(1) GDPR are fulfilled. In case you have disclosed the affected data to third parties, you have to communicate my request for erasure to each recipient as laid down in Article 19 GDPR. Please also inform me about those recipients.\n\nIf you object to the requested erasure, you have to justify that to me.\n\nIf you do not answer, I am reserving the right to lodge a complaint.", "en", Request, []string{Erase, TakeBack, Object, Restrict}},
		{"en rectification", "I am hereby requesting rectification of inaccurate or incomplete personal data concerning me according to Article 16 GDPR. I would like the following changes to be made: my phone number.", "en", Request, []string{Rectify}},
		{"en objection", "I am hereby objecting to the processing of personal data concerning me for direct marketing purposes according to Article 21(2) GDPR. If I have given consent to the processing of my personal data for direct marketing purposes, I am hereby withdrawing this consent. Please tell me whether this objection will lead to the deletion of an account I may have with you.", "en", Request, []string{Object, TakeBack}},
		{"en reminder", "On 2026-03-01 I sent you a request according to Article 17 GDPR. Unfortunately, I have not yet received an answer. The period of one month is over. That is why I am contacting you again.", "en", Reminder, nil},
		{"en complaint", "I am hereby lodging a complaint pursuant to Article 77 GDPR. On 2026-03-01 I sent a request according to Article 15 GDPR to the following controller: Bouwgroep.", "en", Complaint, nil},
		{"de access", "Sehr geehrte Damen und Herren,\n\nhiermit beantrage ich Auskunft gemäß Art. 15 DSGVO. Bitte bestätigen Sie mir, ob Sie mich betreffende personenbezogene Daten verarbeiten (vgl. Art. 4 Nr. 1 und 2 DSGVO).\n\nIn diesem Fall verlange ich gem. Art. 15 Abs. 3 DSGVO eine Kopie sämtlicher Daten:\n1. die Verarbeitungszwecke;\n2. das Bestehen eines Rechts auf Berichtigung oder Löschung oder auf Einschränkung der Verarbeitung oder eines Widerspruchsrechts;\n3. das Bestehen einer automatisierten Entscheidungsfindung gem. Art. 22 Abs. 1 und 4 DSGVO.\n\nSollten Sie meine Anfrage nicht innerhalb der genannten Frist beantworten, behalte ich mir vor, Beschwerde bei der zuständigen Datenschutzaufsichtsbehörde einzureichen.", "de", Request, []string{Access}},
		{"de erasure", "hiermit beantrage ich die unverzügliche Löschung mich betreffender personenbezogener Daten nach Art. 17 DSGVO. Sofern ich eine Einwilligung zur Verarbeitung meiner Daten erteilt habe, widerrufe ich diese Einwilligung hiermit.", "de", Request, []string{Erase, TakeBack}},
		{"de rectification", "hiermit verlange ich die unverzügliche Berichtigung mich betreffender unrichtiger Daten nach Art. 16 DSGVO. Bitte nehmen Sie die folgenden Änderungen vor.", "de", Request, []string{Rectify}},
		{"de objection", "ich widerspreche hiermit gemäß Art. 21 Abs. 2 DSGVO der Verarbeitung der mich betreffenden Daten zum Zwecke der Direktwerbung.", "de", Request, []string{Object}},
		{"de reminder", "am 1. März habe ich Ihnen einen Antrag nach Art. 15 DSGVO gesendet. Leider habe ich bisher keine Antwort erhalten. Daher wende ich mich erneut an Sie.", "de", Reminder, nil},
		{"de complaint", "hiermit lege ich Beschwerde gemäß Art. 77 DSGVO gegen die Bouwgroep ein. Am 1. März habe ich einen Antrag nach Art. 17 DSGVO gestellt.", "de", Complaint, nil},
		{"da access", "Jeg anmoder hermed om indsigt i henhold til artikel 15 i databeskyttelsesforordningen. Bekræft venligst, om I behandler personoplysninger om mig.", "da", Request, []string{Access}},
		{"da erasure", "Jeg anmoder hermed om øjeblikkelig sletning af mine personoplysninger, jf. artikel 17 i GDPR. Hvis jeg har givet samtykke, trækker jeg hermed mit samtykke tilbage.", "da", Request, []string{Erase, TakeBack}},
		{"da rectification", "Jeg anmoder om berigtigelse af urigtige oplysninger om mig efter art. 16 i databeskyttelsesforordningen.", "da", Request, []string{Rectify}},
		{"da objection", "Jeg gør hermed indsigelse mod behandling af mine oplysninger til direkte markedsføring, jf. artikel 21, stk. 2, i GDPR.", "da", Request, []string{Object}},

		{"nl plain access", "Beste, kunnen jullie mij laten weten welke gegevens jullie van mij bewaren? Ik wil graag een kopie van alles.\nGroeten", "nl", Request, []string{Access}},
		{"en plain erasure", "Hi, please delete my account and all my data. Thank you.", "en", Request, []string{Erase}},
		{"en plain rectification", "Hello, my name is misspelled on your site reports: it should be Janssens. Could you please correct my name?", "en", Request, []string{Rectify}},
		{"fr plain erasure", "Bonjour, veuillez supprimer mon compte et toutes mes données. Merci.", "fr", Request, []string{Erase}},
		{"fr plain access", "Bonjour, je voudrais une copie de toutes mes données. Quelles informations avez-vous sur moi ?", "fr", Request, []string{Access}},
		{"de plain marketing", "Guten Tag, bitte senden Sie mir keine Werbung mehr.", "de", Request, []string{Object}},
		{"da plain erasure", "Hej, slet venligst min konto og alle mine oplysninger. Tak.", "da", Request, []string{Erase}},
		{"nl several", "Op grond van de artikelen 15, 17 en 21 AVG doe ik een beroep op mijn rechten.", "nl", Request, []string{Access, Erase, Object}},
		{"nl consent", "Ik trek hierbij mijn toestemming in voor de nieuwsbrief.", "nl", Request, []string{TakeBack}},

		{"an article of a contract", "Pursuant to article 17 of the contract I ask you to pay the invoice of 3 March.", "en", Unclear, nil},
		{"a range of articles", "Under articles 12 to 22 GDPR people have rights.", "en", Unclear, nil},
		{"an invoice", "Geachte, in bijlage vindt u de factuur van het dak. Gelieve te betalen binnen 30 dagen.", "nl", Unclear, nil},
		{"about a point", "The wall on level 2 was removed by mistake, see point 1.57.", "en", Unclear, nil},
		{"nothing", "", "", Unclear, nil},
	}
	for _, c := range cases {
		rights := c.rights
		if rights == nil && c.kind == Unclear {
			rights = []string{}
		}
		check(t, c.name, c.text, c.language, c.kind, "", rights, nil)
	}
}

func TestCitations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"artikel 15, lid 3, avg":                  {"A15"},
		"art. 15, 17 and 21 gdpr":                 {"A15", "A17", "A21"},
		"articles 15 et 17 du rgpd":               {"A15", "A17"},
		"article 7(3) gdpr":                       {"A7-3"},
		"artikel 7, stk. 3, i gdpr":               {"A7-3"},
		"article 7 gdpr":                          nil,
		"articles 15 to 22":                       nil,
		"artikel 15-22 avg":                       nil,
		"article 17 of the contract":              nil,
		"artikel 17 van de huur":                  nil,
		"l'article 17 du contrat":                 nil,
		"part 15 of the roof":                     nil,
		"as laid down in article 12(3) gdpr":      {"A12"},
		"gemäß art. 15 abs. 1 dsgvo":              {"A15"},
		"in article 15 gdpr and in article 17(1)": {"A15", "A17"},
	} {
		if got := citations(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Artikel 15 AVG")
	f.Add("art. 7 abs. 3\n\n1. slet min konto")
	f.Add(strings.Repeat("a. ", 1000))
	f.Add("[has_fields>\n{id}]")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip()
		}
		r := Read(text)
		seen := map[string]bool{}
		for i, x := range r.Rights {
			if !Known(x.Article) || seen[x.Article] || x.Confidence <= 0 || x.Confidence > 1 || i > 0 && x.Confidence > r.Rights[i-1].Confidence {
				t.Errorf("%q: %+v", text, r.Rights)
			}
			seen[x.Article] = true
		}
		if len(r.Rights) > 0 && r.Kind == Unclear {
			t.Errorf("%q: rights, and yet unclear", text)
		}
	})
}
