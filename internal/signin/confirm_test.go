package signin_test

import (
	"testing"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/org"
)

func TestConfirm(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		s, err := h.in.SignIn(ctx, "anna@delta.example", good, from("192.0.2.1"))
		if err != nil {
			t.Fatal(err)
		}
		c := org.Caller{Account: s.Account, Session: s.ID, Via: "session"}
		if err := h.in.Confirmed(ctx, c); err != nil {
			t.Errorf("just signed in with the password: %v", err)
		}
		h.clock.Advance(10 * time.Minute)
		code(t, "after ten minutes", h.in.Confirmed(ctx, c), fault.Denied, "confirm-first")
		code(t, "a wrong password", h.in.Confirm(ctx, c, better), fault.Invalid, "invalid")
		code(t, "still", h.in.Confirmed(ctx, c), fault.Denied, "confirm-first")
		if err := h.in.Confirm(ctx, c, good); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(10*time.Minute - time.Microsecond)
		if err := h.in.Confirmed(ctx, c); err != nil {
			t.Errorf("within ten minutes: %v", err)
		}
		other, err := h.in.SignIn(ctx, "anna@delta.example", good, from("192.0.2.2"))
		if err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(11 * time.Minute)
		if err := h.in.Confirm(ctx, c, good); err != nil {
			t.Fatal(err)
		}
		code(t, "another session", h.in.Confirmed(ctx, org.Caller{Account: other.Account, Session: other.ID, Via: "session"}), fault.Denied, "confirm-first")
		code(t, "another account's session", h.in.Confirmed(ctx, org.Caller{Account: "other", Session: s.ID, Via: "session"}), fault.Denied, "confirm-first")
		code(t, "no session", h.in.Confirm(ctx, org.Caller{Account: s.Account, Via: "token"}, good), fault.Denied, "confirm-first")
	})
}

func TestGuessingAtConfirmWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		s, err := h.in.SignIn(t.Context(), "anna@delta.example", good, from("192.0.2.1"))
		if err != nil {
			t.Fatal(err)
		}
		c := org.Caller{Account: s.Account, Session: s.ID, Via: "session"}
		for range 5 {
			code(t, "a guess", h.in.Confirm(t.Context(), c, better), fault.Invalid, "invalid")
		}
		code(t, "the next", h.in.Confirm(t.Context(), c, good), fault.TooMany, "try-later")
		h.clock.Advance(time.Minute)
		if err := h.in.Confirm(t.Context(), c, good); err != nil {
			t.Error(err)
		}
	})
}
