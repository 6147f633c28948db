// Package project is the project itself and its settings: statuses, locations
// (building > level > room), categories (category > sub-category > subject),
// roles and lists.
//
// Promises:
//   - A project is made with a set of settings in its organisation's language,
//     and with its maker as administrator.
//   - Creating twice with one id is harmless; a change is merged field by field
//     (package merge); what is in use is not deleted (Conflict "in-use").
//   - A tree has no loop and no level skipped: a room stands on a level, a level
//     in a building.
//   - A project has at least one list and one status that everybody may set.
//   - Settings are delivered to every participant; the project's time zone is an
//     IANA name that this server knows.
//
// The five kinds of settings share one mechanism (thing.go); what is particular
// to a kind stands in settings.go.
package project
