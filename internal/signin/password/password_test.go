package password

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	context := []string{"Anna Peeters", "anna.peeters@bouwgroep-delta.example", "Bouwgroep Delta"}
	cases := []struct {
		name, candidate, reason string
	}{
		{"a phrase", "correct horse battery staple", ""},
		{"a phrase in Dutch", "vier groene fietsen in de regen", ""},
		{"random letters", "kqvwzjxbmtrhpfd", ""},
		{"random digits", "839201746529104", ""},
		{"no composition rules", "wandelendezeehond", ""},
		{"not latin", "прогулка под дождём зимой", ""},
		{"fifteen of another script", "雨の日曜日に静かな庭で本を読む", ""},
		{"spaces count", "a b c q r z k 9", ""},
		{"fourteen", "kqvwzjxbmtrhpf", TooShort},
		{"empty", "", TooShort},
		{"emoji count as one", "😀🎈🚲🏗🧱🪜🔧🔩🪛🧰", TooShort},
		{"257", strings.Repeat("kqvwzjxb", 33)[:257], TooLong},
		{"a megabyte", strings.Repeat("kqvwzjxb", 1<<17), TooLong},
		{"not UTF-8", "kqvwzjxbmtrhpfd\xff", Characters},
		{"a NUL", "kqvwzjxbmtrhpfd\x00", Characters},
		{"one letter", "aaaaaaaaaaaaaaa", Common},
		{"one letter, often", "zzzzzzzzzzzzzzzzzzzzzzzzz", Repeated},
		{"two letters", "abababababababab", Repeated},
		{"three letters", "abcabcabcabcabc", Repeated},
		{"blocks", "aaaaabbbbbcccccddd", Repeated},
		{"a unit repeated", "zq8k2zq8k2zq8k2", Repeated},
		{"spaces", "               ", Repeated},
		{"counting", "123456789012345", Common},
		{"counting on", "345678901234567890", Sequence},
		{"counting down", "987654321098765", Sequence},
		{"the alphabet", "abcdefghijklmnopqrst", Sequence},
		{"keys", "qwertyuiopasdfgh", Common},
		{"keys of a French keyboard", "azertyuiopqsdfgh", Sequence},
		{"keys zigzag", "2w3e4r5t6y7u8i9o", Sequence},
		{"listed", "Mailcreated5240", Common},
		{"listed, upper case", "MOMSANALADVENTURE", Common},
		{"a common one twice", "monkeymonkeymonkey", Common},
		{"a common one padded", "dragon!!!!!!!!!!", Common},
		{"a common one and digits", "football123456789", Common},
		{"leet", "f00tb4ll123456789", Common},
		{"site word", "plumbline123456", Context},
		{"site word in leet", "Plumbl1ne-2026!!", Context},
		{"name", "AnnaPeeters2026", Context},
		{"name and address", "peeters.anna.delta", Context},
		{"organisation", "BouwgroepDelta!1", Context},
		{"address", "anna.peeters@bouwgroep-delta.example", Context},
		{"password in four languages", "wachtwoordmotdepasse", Context},
		{"a name inside a good phrase", "anna zag drie kraaien op het dak", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ok, reason := Check(c.candidate, context...)
			if reason != c.reason || ok != (c.reason == "") {
				t.Errorf("%v %q, want %q", ok, reason, c.reason)
			}
		})
	}
}

func TestCommonListIsRefused(t *testing.T) {
	t.Parallel()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: the sample files are not here")
	}
	f, err := os.Open(filepath.Join(root, "privacy-security", "passwords", "common-top20k.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines, longOnes := 0, 0
	for s := bufio.NewScanner(f); s.Scan(); lines++ {
		for _, candidate := range []string{s.Text(), s.Text() + s.Text() + s.Text() + s.Text(), strings.ToUpper(s.Text())} {
			if utf8.RuneCountInString(candidate) < MinLength {
				continue
			}
			longOnes++
			if ok, _ := Check(candidate); ok {
				t.Errorf("line %d is taken for a good password", lines+1)
			}
		}
	}
	if lines < 1000 || longOnes < 1000 {
		t.Errorf("%d lines, %d long candidates", lines, longOnes)
	}
}

func TestNormalIsOneSpelling(t *testing.T) {
	t.Parallel()
	if Normal("cafe\u0301") != Normal("caf\u00e9") || Normal("ﬁ") != "fi" {
		t.Error("two spellings of one text differ")
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("correct horse battery staple", "anna")
	f.Add("qwertyuiopasdfgh", "")
	f.Fuzz(func(t *testing.T, candidate, word string) {
		ok, reason := Check(candidate, word)
		if ok != (reason == "") {
			t.Errorf("%v with reason %q", ok, reason)
		}
		if ok && utf8.RuneCountInString(Normal(candidate)) < MinLength {
			t.Error("a short one passes")
		}
	})
}
